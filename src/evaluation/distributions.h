#pragma once

#include <cstddef>

namespace halftone {

/// Probability beyond each end of a two-sided interval, (1 - confidence) / 2. Throws invalid_argument unless
/// 0 < confidence < 1.
double tail_of(double confidence);

/// Regularised incomplete beta function I_x(a, b) for a, b > 0 and 0 <= x <= 1, by the continued fraction of NIST DLMF
/// 8.17.22 and the modified Lentz method (I. J. Thompson, A. R. Barnett, J. Comput. Phys. 64 (1986)). Relative error
/// about 1e-16 · (a + b) · log(a + b), from the gamma functions.
double incomplete_beta(double a, double b, double x);

/// z with P(Z > z) = tail for a standard normal Z and 0 < tail <= 0.5.
double upper_normal_quantile(double tail);

/// t with P(T > t) = tail for Student's T of `degrees` >= 1 and 0 < tail <= 0.5, to about 1e-10 of its value. By
/// I_x(degrees / 2, 1/2) (DLMF 8.17), from 100,000 degrees on by the expansion of Abramowitz & Stegun 26.7.5.
double upper_student_quantile(double tail, double degrees);

/// The largest k such that the k-th smallest of `count` independent values exceeds their median with a probability of
/// at most `tail`, so that the k-th smallest and k-th largest bound the median; 0 where even the extremes do not.
std::size_t median_bound_rank(std::size_t count, double tail);

}  // namespace halftone
