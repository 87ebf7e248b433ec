//! A compiler, naga: shaders are parsed, validated and written for three other systems.

use driver::{Digest, Random};
use naga::back::{msl, spv, wgsl};
use naga::valid::{Capabilities, ValidationFlags, Validator};
use std::fmt::Write as _;
use std::process::ExitCode;

const KNOWN: &[(u32, u64)] = &[(10, 0x5993_58fa_3ef3_5300), (1, 0x3229_5679_724e_10a3)];

const HEAD: &str = "
struct Light { place: vec3<f32>, power: f32, colour: vec4<f32> }
struct Scene { turn: mat4x4<f32>, lights: array<Light, 8>, count: u32 }
@group(0) @binding(0) var<uniform> scene: Scene;
@group(0) @binding(1) var picture: texture_2d<f32>;
@group(0) @binding(2) var how: sampler;
struct Out { @builtin(position) at: vec4<f32>, @location(0) normal: vec3<f32>, @location(1) uv: vec2<f32> }
";

/// A function of generated expressions.
fn function(text: &mut String, random: &mut Random, number: u32) {
    let _ = writeln!(text, "fn f{number}(a: vec3<f32>, b: f32) -> f32 {{\n    var sum = b;");
    for line in 0..4 {
        let number = random.below(100);
        let _ = match random.below(5) {
            0 => writeln!(
                text,
                "    let v{line} = normalize(a + vec3<f32>({number}.5, sum, 1.0)); sum += dot(v{line}, a);"
            ),
            1 => writeln!(
                text,
                "    for (var i = 0u; i < scene.count; i++) {{ sum += scene.lights[i].power * {number}.25; }}"
            ),
            2 => writeln!(
                text,
                "    if sum > {number}.0 {{ sum = sqrt(sum); }} else {{ sum -= clamp(a.x, 0.0, f32({number}u)); }}"
            ),
            3 => writeln!(
                text,
                "    switch i32(sum) {{ case {number}: {{ sum *= 2.0; }} case 200, 201: {{ return a.y; }} default: {{ sum += 1.0; }} }}"
            ),
            _ => writeln!(
                text,
                "    sum = mix(sum, pow(abs(a.z), {number}.0), 0.5) + f32((u32(sum) << 3u) & {number}u);"
            ),
        };
    }
    text.push_str("    return sum;\n}\n");
}

fn shader(random: &mut Random) -> String {
    let mut text = String::from(HEAD);
    (0..6).for_each(|number| function(&mut text, random, number));
    text.push_str(
        "@vertex fn corner(@location(0) at: vec3<f32>, @location(1) uv: vec2<f32>) -> Out {
            var out: Out;
            out.at = scene.turn * vec4<f32>(at, f0(at, 1.0));
            out.normal = cross(at, vec3<f32>(f1(at, 2.0), f2(at, uv.x), 0.5));
            out.uv = uv;
            return out;
        }
        @fragment fn dot_of(in: Out) -> @location(0) vec4<f32> {
            let sample = textureSample(picture, how, in.uv);
            return sample * f3(in.normal, f4(in.normal, sample.a)) + scene.lights[1].colour * f5(in.normal, 3.0);
        }\n",
    );
    text
}

fn compile(text: &str, digest: &mut Digest) {
    let module = naga::front::wgsl::parse_str(text).expect("the shader is right");
    let info = Validator::new(ValidationFlags::all(), Capabilities::all()).validate(&module);
    let info = info.expect("the shader is valid");
    let words = spv::write_vec(&module, &info, &spv::Options::default(), None).expect("SPIR-V");
    words.iter().for_each(|word| digest.bytes(word.to_le_bytes()));
    digest.bytes(wgsl::write_string(&module, &info, wgsl::WriterFlags::empty()).expect("WGSL"));
    let (metal, _) = msl::write_string(
        &module,
        &info,
        &msl::Options::default(),
        &msl::PipelineOptions::default(),
    )
    .expect("Metal");
    digest.bytes(metal);
}

fn run(work: u32) -> u64 {
    let mut random = Random::new(29);
    let mut digest = Digest::default();
    for _ in 0..work {
        compile(&shader(&mut random), &mut digest);
    }
    digest.finish()
}

fn main() -> ExitCode {
    driver::main(KNOWN, run)
}
