//! What is made of samples: medians, percentiles, spread.

/// Named values, all in base units: ns, bytes, bytes per second, messages per second, plain counts.
pub type Figures = Vec<(String, f64)>;

/// The value below which `part` (0 to 1) of the samples lie. `NaN` without samples.
pub fn percentile(samples: &[f64], part: f64) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    let index = (part * sorted.len().saturating_sub(1) as f64).round() as usize;
    sorted.get(index).copied().unwrap_or(f64::NAN)
}

pub fn median(samples: &[f64]) -> f64 {
    percentile(samples, 0.5)
}

/// Smallest and largest sample.
pub fn spread(samples: &[f64]) -> (f64, f64) {
    (percentile(samples, 0.0), percentile(samples, 1.0))
}

/// Times of single operations as `p50_ns`, `p99_ns` and `worst_ns`.
pub fn latencies(times_ns: &[f64]) -> Figures {
    [("p50_ns", 0.5), ("p99_ns", 0.99), ("worst_ns", 1.0)]
        .map(|(name, part)| (name.to_owned(), percentile(times_ns, part)))
        .into()
}
