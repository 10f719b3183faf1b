// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_Dispatch_h
#define fourdstem_Dispatch_h

/** Loops that gain from AVX2 and FMA are compiled twice and chosen at run time.
 *
 *   struct SumRow
 *   {
 *     template <typename T>
 *     static FourDSTEM_HOT double
 *     Run(const T * row, std::int64_t n) { ... }
 *   };
 *   const double sum = fourdstem::RunHotLoop<SumRow>(row, n);
 *
 * Run must be FourDSTEM_HOT, take its arguments by value (pointers and numbers) and call only FourDSTEM_HOT functions
 * in its loops: what is inlined is compiled for the wider instructions, what is called is not. Give it enough work, a
 * pattern's row at least. Elsewhere than on x86-64 with gcc or clang there is only the plain version. */
#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
#  define FourDSTEM_HOT inline __attribute__((always_inline))
#  define FourDSTEM_HOT_HAS_AVX2
#elif defined(__GNUC__) || defined(__clang__)
#  define FourDSTEM_HOT inline __attribute__((always_inline))
#else
#  define FourDSTEM_HOT inline
#endif

/** Promises that iterations are independent, or marks a reduction: FourDSTEM_SIMD(reduction(+ : sum)). */
#ifdef _OPENMP
#  define FourDSTEM_PRAGMA(text) _Pragma(#  text)
#  define FourDSTEM_SIMD(clauses) FourDSTEM_PRAGMA(omp simd clauses)
#else
#  define FourDSTEM_SIMD(clauses)
#endif

namespace fourdstem
{
#ifdef FourDSTEM_HOT_HAS_AVX2
inline bool
CpuHasAvx2()
{
  static const bool has = __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0;
  return has;
}

template <typename TLoop, typename... TArguments>
__attribute__((target("avx2,fma"))) auto
RunWithAvx2(TArguments... arguments)
{
  return TLoop::Run(arguments...);
}
#endif

template <typename TLoop, typename... TArguments>
auto
RunHotLoop(TArguments... arguments)
{
#ifdef FourDSTEM_HOT_HAS_AVX2
  if (CpuHasAvx2())
  {
    return RunWithAvx2<TLoop>(arguments...);
  }
#endif
  return TLoop::Run(arguments...);
}
} // namespace fourdstem

#endif
