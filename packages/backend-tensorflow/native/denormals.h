// TensorFlow's threads take numbers below 2^-126 for 0 while they compute. Ours do not: a number is what it is, on any
// thread.
#pragma once

#if defined(__SSE__)
#include <xmmintrin.h>
#endif
#include <cstdint>

namespace kwta {

// Computes with such numbers until the end of the block.
class KeepDenormals {
 public:
  KeepDenormals() : before_(read()) { write(before_ & ~FLUSH); }
  ~KeepDenormals() { write(before_); }
  KeepDenormals(const KeepDenormals&) = delete;

 private:
#if defined(__SSE__)
  // Both: results become 0, and inputs are taken for it.
  static constexpr uint64_t FLUSH = 0x8040;
  static uint64_t read() { return _mm_getcsr(); }
  static void write(uint64_t state) { _mm_setcsr(static_cast<unsigned>(state)); }
#elif defined(__aarch64__)
  static constexpr uint64_t FLUSH = uint64_t{1} << 24;
  static uint64_t read() {
    uint64_t state;
    asm volatile("mrs %0, fpcr" : "=r"(state));
    return state;
  }
  static void write(uint64_t state) { asm volatile("msr fpcr, %0" : : "r"(state)); }
#else
  static constexpr uint64_t FLUSH = 0;
  static uint64_t read() { return 0; }
  static void write(uint64_t) {}
#endif

  uint64_t before_;
};

}  // namespace kwta
