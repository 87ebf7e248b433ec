//! Charts: a row per measurement, a dot per engine at its ratio to the baseline.

use crate::engine::Failure;
use crate::table::Section;
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use std::path::Path;

const WIDTH: u32 = 860;
const ROW: u32 = 20;
/// Left of the rows, where their names stand.
const NAMES: u32 = 210;
const HEAD: u32 = 36;
const FOOT: u32 = 64;

/// The colours of engines, which can also be told apart by those who see few colours.
const COLOURS: [RGBColor; 8] = [
    RGBColor(110, 110, 110),
    RGBColor(213, 94, 0),
    RGBColor(0, 114, 178),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(230, 159, 0),
    RGBColor(86, 180, 233),
    RGBColor(0, 0, 0),
];

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Draws a section's ratios.
pub fn ratios(path: &Path, section: &Section) -> Result<(), Failure> {
    let mut rows: Vec<(&str, Vec<Option<f64>>)> = Vec::new();
    let engines = 0..section.engines.len();
    for row in &section.rows {
        let ratios: Vec<_> = engines.clone().map(|engine| row.ratio(engine)).collect();
        // The baseline is in every row that has ratios.
        if ratios[0].is_some() {
            rows.push((&row.name, ratios));
        }
    }
    if section.mean {
        let means = engines.map(|engine| section.mean(engine).map(|mean| mean.0));
        rows.push(("geometric mean", means.collect()));
    }
    let count = u32::try_from(rows.len())?;
    let area = SVGBackend::new(path, (WIDTH, HEAD + count * ROW + FOOT)).into_drawing_area();
    area.fill(&WHITE)?;
    draw(&area, section, &rows)?;
    area.present()?;
    Ok(())
}

fn draw(
    area: &Area<'_>,
    section: &Section,
    rows: &[(&str, Vec<Option<f64>>)],
) -> Result<(), Failure> {
    let all = || rows.iter().flat_map(|row| row.1.iter().flatten().copied());
    let low = all().fold(0.5_f64, f64::min) / 1.1;
    let high = all().fold(2.0_f64, f64::max) * 1.1;
    let count = u32::try_from(rows.len())?;
    let mut chart = ChartBuilder::on(area)
        .margin_top(HEAD)
        .margin_left(NAMES)
        .margin_right(24)
        .margin_bottom(FOOT)
        .build_cartesian_2d((low..high).log_scale(), f64::from(count)..0.0)?;
    let (bottom, style) = (f64::from(count), ("sans-serif", 12).into_text_style(area));
    let style = style.pos(Pos::new(HPos::Center, VPos::Top));
    // A chart of ratios has its marks where they double.
    for power in -10..=10 {
        let ratio = 2.0_f64.powi(power);
        if ratio >= low && ratio <= high {
            chart.draw_series(LineSeries::new([(ratio, 0.0), (ratio, bottom)], BLACK.mix(0.2)))?;
            let (x, y) = chart.backend_coord(&(ratio, bottom));
            area.draw_text(&ratio.to_string(), &style, (x, y + 6))?;
        }
    }
    let title = format!("{}: ratio to {}, less is better", section.title, section.engines[0]);
    area.draw_text(&title, &("sans-serif", 16).into_text_style(area), (12, 10))?;
    let style = ("sans-serif", 13).into_text_style(area).pos(Pos::new(HPos::Right, VPos::Center));
    for (row, (name, _)) in (0_u32..).zip(rows) {
        let y = f64::from(row) + 0.5;
        let line = [(low, y), (high, y)];
        chart.draw_series(LineSeries::new(line, BLACK.mix(0.12)))?;
        let (_, y) = chart.backend_coord(&(1.0, y));
        area.draw_text(name, &style, (i32::try_from(NAMES)? - 10, y))?;
    }
    chart.draw_series(LineSeries::new([(1.0, 0.0), (1.0, bottom)], COLOURS[0].stroke_width(2)))?;
    // In reverse, so that what this is about lies above the others.
    for engine in (1..section.engines.len()).rev() {
        let (colour, size) = (COLOURS[engine % COLOURS.len()], if engine == 1 { 6 } else { 5 });
        let dots = (0_u32..).zip(rows).filter_map(|(row, cells)| {
            Some(Circle::new((cells.1[engine]?, f64::from(row) + 0.5), size, colour.filled()))
        });
        chart.draw_series(dots)?;
    }
    let seen = |engine: &usize| rows.iter().any(|row| row.1[*engine].is_some());
    legend(area, section, (1..section.engines.len()).filter(seen))
}

/// The engines' names beside their colours, below everything.
fn legend(
    area: &Area<'_>,
    section: &Section,
    engines: impl Iterator<Item = usize>,
) -> Result<(), Failure> {
    let y = i32::try_from(area.dim_in_pixel().1)? - 18;
    let style = ("sans-serif", 13).into_text_style(area).pos(Pos::new(HPos::Left, VPos::Center));
    let mut x = 20;
    for engine in engines {
        let name = section.engines[engine];
        area.draw(&Circle::new((x, y), 5, COLOURS[engine % COLOURS.len()].filled()))?;
        area.draw_text(name, &style, (x + 10, y))?;
        x += 40 + 7 * i32::try_from(name.len())?;
    }
    Ok(())
}
