#pragma once

namespace halcyon::signald {

/// For std::unique_ptr: frees an OpenSSL object by the function of its type.
template <auto Free>
struct OpenSslFree {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};

}  // namespace halcyon::signald
