//! The tables: a row per measurement, a column per engine, ratios to the first.

use crate::engine::Engine;
use crate::measure::Outcome;
use std::io::{IsTerminal, Write};

/// Rows with the same unit.
pub struct Section {
    /// What was measured.
    pub title: String,
    /// The unit of all numbers.
    pub unit: &'static str,
    /// The engines, the baseline first.
    pub engines: Vec<&'static str>,
    /// The measurements.
    pub rows: Vec<Row>,
    /// Whether the geometric mean of the ratios says something.
    pub mean: bool,
    /// Whether the ratios to the baseline are worth a chart.
    pub chart: bool,
}

/// A number, or the word that stands in its place.
pub type Cell = Result<f64, &'static str>;

/// One measurement on every engine.
pub struct Row {
    pub name: String,
    /// A number per engine, or the word for why it has none.
    pub cells: Vec<Cell>,
}

impl Row {
    /// An engine's number.
    fn number(&self, engine: usize) -> Option<f64> {
        self.cells.get(engine)?.ok()
    }

    /// The ratio of an engine's number to the baseline's.
    pub fn ratio(&self, engine: usize) -> Option<f64> {
        self.ratio_to(engine, 0)
    }

    /// The ratio of an engine's number to another's.
    pub fn ratio_to(&self, engine: usize, base: usize) -> Option<f64> {
        Some(self.number(engine)? / self.number(base)?)
    }
}

/// An engine beside another, over the rows both have.
pub struct Versus {
    /// The geometric mean of the ratios.
    pub mean: f64,
    /// How many rows both have.
    pub rows: usize,
    /// The largest ratio and the row it is in.
    pub worst: (f64, String),
    /// In how many rows the ratio is above 1.
    pub behind: usize,
}

impl Section {
    /// The geometric mean of an engine's ratios over the rows it has, and how many these are.
    pub fn mean(&self, engine: usize) -> Option<(f64, usize)> {
        self.versus(engine, 0).map(|versus| (versus.mean, versus.rows))
    }

    /// An engine beside another; nothing if no row has both.
    pub fn versus(&self, engine: usize, base: usize) -> Option<Versus> {
        let ratios = self.rows.iter().filter_map(|row| Some((row.ratio_to(engine, base)?, row)));
        let ratios: Vec<_> = ratios.collect();
        let worst = ratios.iter().max_by(|one, other| one.0.total_cmp(&other.0))?;
        let logarithms: f64 = ratios.iter().map(|(ratio, _)| ratio.ln()).sum();
        Some(Versus {
            mean: (logarithms / f64::from(u32::try_from(ratios.len()).ok()?)).exp(),
            rows: ratios.len(),
            worst: (worst.0, worst.1.name.clone()),
            behind: ratios.iter().filter(|(ratio, _)| *ratio > 1.0).count(),
        })
    }

    /// The place of the engine that this is all about, if it took part.
    pub fn subject(&self) -> Option<usize> {
        self.engines.iter().position(|name| *name == "dergwasm")
    }

    /// The engine that this is all about beside each other one.
    pub fn comparison(&self) -> Vec<(&'static str, Versus)> {
        let Some(subject) = self.subject() else { return Vec::new() };
        let others = (0..self.engines.len()).filter(|engine| *engine != subject);
        others
            .filter_map(|engine| Some((self.engines[engine], self.versus(subject, engine)?)))
            .collect()
    }
}

/// A section in the making, printed as its rows come in.
pub struct Table {
    section: Section,
    per_second: f64,
}

impl Table {
    /// Prints the head of a table whose times are `unit`s, of which a second has `per_second`.
    pub fn new(
        title: impl Into<String>,
        engines: &[Box<dyn Engine>],
        unit: &'static str,
        per_second: f64,
    ) -> Self {
        Self::of(title, engines.iter().map(|engine| engine.name()).collect(), unit, per_second)
    }

    /// The same for engines of these names.
    pub fn of(
        title: impl Into<String>,
        engines: Vec<&'static str>,
        unit: &'static str,
        per_second: f64,
    ) -> Self {
        let title = title.into();
        print!("{title:<32}");
        for engine in &engines {
            print!("{engine:>24}");
        }
        println!();
        let section = Section { title, unit, engines, rows: Vec::new(), mean: false, chart: true };
        Self { section, per_second }
    }

    /// The table as one whose ratios say little.
    pub fn without_chart(mut self) -> Self {
        self.section.chart = false;
        self
    }

    /// Says on a terminal what is measured now, until its row is there.
    pub fn progress(&self, name: &str, done: usize, all: usize) {
        let mut stderr = std::io::stderr();
        if stderr.is_terminal() {
            // A terminal that went away is no reason to stop measuring.
            drop(write!(stderr, "\x1b[K  {} of {all}: {name} …\r", done + 1));
        }
    }

    /// Prints one row; every time is of `count` operations.
    pub fn row(&mut self, name: &str, outcomes: &[Outcome], count: f64) {
        let per_second = self.per_second;
        let cells = outcomes
            .iter()
            .map(|outcome| outcome.seconds().map(|seconds| seconds / count * per_second))
            .collect();
        self.numbers(name, cells);
        for (outcome, engine) in outcomes.iter().zip(&self.section.engines) {
            if let Outcome::Failed(_, error) = outcome {
                let error = error.to_string();
                eprintln!("    {name}: {engine}: {}", error.lines().next().unwrap_or_default());
            }
        }
    }

    /// Prints a row of numbers in the table's unit.
    pub fn numbers(&mut self, name: &str, cells: Vec<Cell>) {
        let row = Row { name: name.into(), cells };
        let unit = self.section.unit;
        print!("{name:<32}");
        for (engine, cell) in row.cells.iter().enumerate() {
            match (cell, row.ratio(engine).filter(|_| self.section.chart)) {
                (Ok(number), Some(ratio)) => print!("{number:>13.3} {unit} {ratio:>6.3}x"),
                (Ok(number), None) => print!("{number:>13.3} {unit}        "),
                (Err(word), _) => print!("{word:>24}"),
            }
        }
        println!();
        self.section.rows.push(row);
    }

    /// The section, which ends with a line of geometric means.
    pub fn finish_with_mean(mut self) -> Section {
        self.section.mean = true;
        print!("{:<32}", "geometric mean");
        for engine in 0..self.section.engines.len() {
            match self.section.mean(engine) {
                None => print!("{:>24}", "-"),
                Some((mean, _)) => print!("{:>16} {mean:>6.3}x", ""),
            }
        }
        println!();
        for (engine, versus) in self.section.comparison() {
            let Versus { mean, rows, worst: (worst, name), behind } = versus;
            println!(
                "  dergwasm / {engine:<12} {mean:.3} over {rows}; at most {worst:.3} ({name}); \
                 behind in {behind}"
            );
        }
        self.finish()
    }

    /// The section.
    pub fn finish(self) -> Section {
        println!();
        self.section
    }
}
