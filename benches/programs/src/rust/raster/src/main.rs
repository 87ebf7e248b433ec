//! A rasteriser, tiny-skia: paths are filled and stroked with gradients, blending and clips; the
//! picture is written as a PNG.

use driver::{Digest, Random};
use std::process::ExitCode;
use tiny_skia::{
    BlendMode, Color, FillRule, GradientStop, LineCap, LineJoin, LinearGradient, Mask, Paint,
    PathBuilder, Pixmap, Point, RadialGradient, Shader, SpreadMode, Stroke, StrokeDash, Transform,
};

const KNOWN: &[(u32, u64)] = &[(80, 0x18a1_3159_2855_f25a), (6, 0x045e_3e7a_eb4d_6ddb)];

const SIDE: u32 = 160;

fn color(random: &mut Random) -> Color {
    let mut part = || random.below(256) as u8;
    Color::from_rgba8(part(), part(), part(), 64 + part() / 2)
}

fn point(random: &mut Random) -> (f32, f32) {
    (random.fraction() * SIDE as f32, random.fraction() * SIDE as f32)
}

fn shader(random: &mut Random) -> Shader<'static> {
    let stops = vec![
        GradientStop::new(0.0, color(random)),
        GradientStop::new(0.4, color(random)),
        GradientStop::new(1.0, color(random)),
    ];
    let (from, to) = (Point::from(point(random)), Point::from(point(random)));
    let gradient = match random.below(3) {
        0 => return Shader::SolidColor(color(random)),
        1 => LinearGradient::new(from, to, stops, SpreadMode::Reflect, Transform::identity()),
        _ => RadialGradient::new(
            from,
            0.0,
            from,
            60.0,
            stops,
            SpreadMode::Repeat,
            Transform::identity(),
        ),
    };
    gradient.expect("a gradient between different points")
}

fn shape(random: &mut Random) -> tiny_skia::Path {
    let mut path = PathBuilder::new();
    let (x, y) = point(random);
    path.move_to(x, y);
    for _ in 0..3 + random.below(5) {
        let ((ax, ay), (bx, by), (x, y)) = (point(random), point(random), point(random));
        match random.below(3) {
            0 => path.line_to(x, y),
            1 => path.quad_to(ax, ay, x, y),
            _ => path.cubic_to(ax, ay, bx, by, x, y),
        }
    }
    path.close();
    path.finish().expect("a path with some segments")
}

fn draw(pixmap: &mut Pixmap, clip: &Mask, random: &mut Random, modes: &[BlendMode]) {
    let paint = Paint {
        shader: shader(random),
        blend_mode: modes[random.below(modes.len() as u32) as usize],
        anti_alias: random.below(4) != 0,
        ..Paint::default()
    };
    let path = shape(random);
    // A turn without sines, whose last bits are not the same everywhere.
    let turn = Transform::from_row(0.8, 0.6, -0.6, 0.8, 64.0 * random.fraction(), -32.0);
    let clip = (random.below(4) == 0).then_some(clip);
    if random.below(2) == 0 {
        let rule = if random.below(2) == 0 { FillRule::Winding } else { FillRule::EvenOdd };
        pixmap.fill_path(&path, &paint, rule, turn, clip);
    } else {
        let stroke = Stroke {
            width: 0.5 + random.fraction() * 8.0,
            line_cap: LineCap::Round,
            line_join: LineJoin::Round,
            dash: (random.below(2) == 0)
                .then(|| StrokeDash::new(vec![9.0, 4.0], 1.0).expect("a dash")),
            ..Stroke::default()
        };
        pixmap.stroke_path(&path, &paint, &stroke, turn, clip);
    }
}

fn run(work: u32) -> u64 {
    let mut random = Random::new(3);
    let modes =
        [BlendMode::SourceOver, BlendMode::Multiply, BlendMode::Screen, BlendMode::Difference];
    let mut pixmap = Pixmap::new(SIDE, SIDE).expect("a small picture");
    let mut clip = Mask::new(SIDE, SIDE).expect("a small picture");
    let circle = PathBuilder::from_circle(80.0, 80.0, 60.0).expect("a circle");
    clip.fill_path(&circle, FillRule::Winding, true, Transform::identity());
    pixmap.fill(Color::WHITE);
    for _ in 0..work {
        draw(&mut pixmap, &clip, &mut random, &modes);
    }
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, SIDE, SIDE);
    encoder.set_color(png::ColorType::Rgba);
    let mut writer = encoder.write_header().expect("writing to memory");
    writer.write_image_data(pixmap.data()).expect("writing to memory");
    drop(writer);
    let mut reader = png::Decoder::new(std::io::Cursor::new(&file)).read_info().expect("a picture");
    let mut pixels = vec![0; reader.output_buffer_size().expect("a small picture")];
    reader.next_frame(&mut pixels).expect("a picture");
    assert!(pixels == pixmap.data(), "a PNG holds the same pixels");
    let mut digest = Digest::default();
    digest.bytes(&pixels);
    digest.bytes(&file);
    digest.finish()
}

fn main() -> ExitCode {
    driver::main(KNOWN, run)
}
