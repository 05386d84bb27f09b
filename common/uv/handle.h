#pragma once

#include <uv.h>

namespace halcyon::uv {

/// Owns one uv handle of type T. libuv needs the memory until its close callback has run, so the
/// handle lives on the heap and outlives this object by that much; `data` is null from the moment
/// the owner is gone, and callbacks must look.
template <class T>
class Handle {
 public:
  explicit Handle(void* owner) : handle_(new T) { handle_->data = owner; }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() { close(); }

  T* get() const { return handle_; }
  uv_handle_t* base() const { return reinterpret_cast<uv_handle_t*>(handle_); }
  bool closed() const { return handle_ == nullptr; }
  void close() {
    if (handle_ == nullptr) return;
    handle_->data = nullptr;
    uv_close(base(), [](uv_handle_t* h) { delete reinterpret_cast<T*>(h); });
    handle_ = nullptr;
  }

 private:
  T* handle_;
};

}  // namespace halcyon::uv
