//! Physics, rapier2d: boxes and balls fall on each other, some of them joined; contacts are found and solved.

use driver::{Digest, Random};
use rapier2d::prelude::*;
use std::process::ExitCode;

const KNOWN: &[(u32, u64)] = &[(400, 0x4aba_132d_1b57_6b0c), (30, 0xb2c2_bdbc_a72c_8781)];

const BODIES: u32 = 40;

fn run(work: u32) -> u64 {
    let mut random = Random::new(11);
    let mut world = PhysicsWorld::new();
    world.insert_collider(ColliderBuilder::cuboid(20.0, 0.5).friction(0.6), None);
    world.insert_collider(
        ColliderBuilder::cuboid(0.5, 9.0).translation(Vector::new(-8.0, 8.0)),
        None,
    );
    world.insert_collider(
        ColliderBuilder::cuboid(0.5, 9.0).translation(Vector::new(8.0, 8.0)),
        None,
    );
    let mut before = None;
    for number in 0..BODIES {
        let place = Vector::new(random.fraction() * 12.0 - 6.0, 2.0 + number as f32 * 0.6);
        let body = RigidBodyBuilder::dynamic()
            .translation(place)
            .linvel(Vector::new(random.fraction(), -1.0));
        let shape = match number % 3 {
            0 => ColliderBuilder::cuboid(0.3 + random.fraction() * 0.4, 0.4),
            1 => ColliderBuilder::ball(0.3 + random.fraction() * 0.3).restitution(0.5),
            _ => ColliderBuilder::capsule_x(0.4, 0.2),
        };
        let (body, _) = world.insert(body, shape);
        if let (2, Some(before)) = (number % 5, before) {
            let joint = RevoluteJointBuilder::new().local_anchor2(Vector::new(0.0, 1.0));
            world.insert_impulse_joint(before, body, joint);
        }
        before = Some(body);
    }
    for _ in 0..work {
        world.step();
    }
    let mut digest = Digest::default();
    for (_, body) in world.bodies.iter() {
        digest.number(body.translation().x.to_bits().into());
        digest.number(body.translation().y.to_bits().into());
        digest.number(body.angvel().to_bits().into());
    }
    digest.finish()
}

fn main() -> ExitCode {
    driver::main(KNOWN, run)
}
