#include "signald/http/self_signed.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <openssl/ec.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "common/net/socket_address.h"

namespace halcyon::signald {
namespace {

constexpr long kDay = 24L * 3600;

bool is_dns_name(std::string_view name) {
  return !name.empty() && name.size() < 64 &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '.';
         });
}

bool add_extension(X509* certificate, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  if (extension == nullptr) return false;
  const bool added = X509_add_ext(certificate, extension, -1) == 1;
  X509_EXTENSION_free(extension);
  return added;
}

bool set_serial(X509* certificate) {
  std::array<unsigned char, 16> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) return false;
  bytes[0] &= 0x7f;  // RFC 5280 4.1.2.2: positive
  BIGNUM* number = BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr);
  const bool set = number != nullptr &&
                   BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nullptr;
  BN_free(number);
  return set;
}

bool fill(X509* certificate, EVP_PKEY* key, const std::string& alternative_names) {
  X509_NAME* name = X509_get_subject_name(certificate);
  static constexpr unsigned char kName[] = "Halcyon self-signed";
  return X509_set_version(certificate, 2) == 1 && set_serial(certificate) &&
         X509_gmtime_adj(X509_getm_notBefore(certificate), -kDay) != nullptr &&
         X509_gmtime_adj(X509_getm_notAfter(certificate), 365 * kDay) != nullptr &&
         X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, kName, -1, -1, 0) == 1 &&
         X509_set_issuer_name(certificate, name) == 1 && X509_set_pubkey(certificate, key) == 1 &&
         add_extension(certificate, NID_key_usage, "critical,digitalSignature") &&
         add_extension(certificate, NID_ext_key_usage, "serverAuth") &&
         add_extension(certificate, NID_subject_alt_name, alternative_names) &&
         X509_sign(certificate, key, EVP_sha256()) != 0;
}

}  // namespace

std::vector<std::string> own_alternative_names() {
  std::vector<std::string> names = {"DNS:localhost"};
  char host[256] = {};
  if (::gethostname(host, sizeof host - 1) == 0 && is_dns_name(host)) {
    names.push_back(std::string("DNS:") + host);
  }
  ifaddrs* interfaces = nullptr;
  if (::getifaddrs(&interfaces) == 0) {
    for (const ifaddrs* i = interfaces; i != nullptr; i = i->ifa_next) {
      if (i->ifa_addr == nullptr) continue;
      const SocketAddress address = SocketAddress::from_sockaddr(i->ifa_addr);
      if (!address.empty()) names.push_back("IP:" + address.ip());
    }
    ::freeifaddrs(interfaces);
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

SelfSigned make_self_signed(const std::vector<std::string>& alternative_names) {
  std::string joined;
  for (const std::string& name : alternative_names) {
    if (!joined.empty()) joined += ',';
    // An IPv6 scope ("%eth0") means nothing to anybody else.
    joined += name.substr(0, name.find('%'));
  }
  SelfSigned made{X509Ptr(X509_new()), PKeyPtr(EVP_EC_gen("P-256"))};
  if (!made.certificate || !made.key || !fill(made.certificate.get(), made.key.get(), joined)) {
    return {};
  }
  return made;
}

}  // namespace halcyon::signald
