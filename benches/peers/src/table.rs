//! The tables that are printed: a row per measurement, a column per engine, ratios to the first.

use crate::engine::Engine;
use crate::measure::Outcome;

/// Rows with the same unit, printed as they come in.
pub struct Table {
    unit: &'static str,
    per_second: f64,
    logarithms: Vec<(f64, u32)>,
}

impl Table {
    /// Prints the head of a table whose times are `unit`s, of which a second has `per_second`.
    pub fn new(
        title: &str,
        engines: &[Box<dyn Engine>],
        unit: &'static str,
        per_second: f64,
    ) -> Self {
        print!("{title:<18}");
        for engine in engines {
            print!("{:>24}", engine.name());
        }
        println!();
        Self { unit, per_second, logarithms: vec![(0.0, 0); engines.len()] }
    }

    /// Prints one row; every time is of `count` operations.
    pub fn row(&mut self, name: &str, outcomes: &[Outcome], count: f64) {
        let base = outcomes.first().and_then(Outcome::seconds);
        print!("{name:<18}");
        for (outcome, (logarithm, rows)) in outcomes.iter().zip(&mut self.logarithms) {
            match (outcome.seconds(), base) {
                (Some(seconds), Some(base)) => {
                    let ratio = seconds / base;
                    *logarithm += ratio.ln();
                    *rows += 1;
                    let time = seconds / count * self.per_second;
                    print!("{:>13.3} {} {ratio:>6.3}x", time, self.unit);
                }
                (Some(seconds), None) => {
                    let time = seconds / count * self.per_second;
                    print!("{:>13.3} {}        ", time, self.unit);
                }
                (None, _) => print!("{:>24}", "-"),
            }
        }
        println!();
        for outcome in outcomes {
            if let Outcome::Failed(error) = outcome {
                eprintln!("    {name}: {error}");
            }
        }
    }

    /// Prints the geometric mean of each engine's ratios over the rows it has.
    pub fn finish(self) {
        print!("{:<18}", "geometric mean");
        for (logarithm, rows) in self.logarithms {
            if rows == 0 {
                print!("{:>24}", "-");
            } else {
                print!("{:>16} {:>6.3}x", "", (logarithm / f64::from(rows)).exp());
            }
        }
        println!("\n");
    }
}
