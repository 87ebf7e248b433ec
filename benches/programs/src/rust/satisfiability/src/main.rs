//! A solver of puzzles, batsat: pigeons, random clauses and coloured graphs, by learning clauses.

use batsat::{BasicSolver, Lit, SolverInterface, lbool};
use driver::{Digest, Random};
use std::process::ExitCode;

const KNOWN: &[(u32, u64)] = &[(100, 0x8e6a_3d8d_5183_dd03), (10, 0x1fac_5d8a_e5bd_be82)];

/// Whether more pigeons than holes find a hole each.
fn pigeons(holes: usize) -> bool {
    let mut solver = BasicSolver::default();
    let places: Vec<Vec<Lit>> = (0..=holes)
        .map(|_| (0..holes).map(|_| Lit::new(solver.new_var_default(), true)).collect())
        .collect();
    for pigeon in &places {
        solver.add_clause_reuse(&mut pigeon.clone());
    }
    for hole in 0..holes {
        for one in 0..=holes {
            for other in 0..one {
                solver.add_clause_reuse(&mut vec![!places[one][hole], !places[other][hole]]);
            }
        }
    }
    solver.solve_limited(&[]) == lbool::TRUE
}

/// Solves random clauses of three; what the variables are, if there is a solution.
fn clauses(random: &mut Random, variables: u32, clauses: u32) -> Option<Vec<bool>> {
    let mut solver = BasicSolver::default();
    let names: Vec<_> = (0..variables).map(|_| solver.new_var_default()).collect();
    let all: Vec<[Lit; 3]> = (0..clauses)
        .map(|_| {
            [(); 3]
                .map(|()| Lit::new(names[random.below(variables) as usize], random.below(2) == 0))
        })
        .collect();
    for clause in &all {
        solver.add_clause_reuse(&mut clause.to_vec());
    }
    if solver.solve_limited(&[]) != lbool::TRUE {
        return None;
    }
    let holds = |lit: &Lit| solver.value_lit(*lit) == lbool::TRUE;
    assert!(
        all.iter().all(|clause| clause.iter().any(holds)),
        "a solution makes every clause true"
    );
    Some(names.iter().map(|name| solver.value_var(*name) == lbool::TRUE).collect())
}

fn run(work: u32) -> u64 {
    let mut random = Random::new(13);
    let mut digest = Digest::default();
    digest.number(pigeons(5).into());
    for turn in 0..work {
        // Around 4.27 clauses for each variable it is hard to tell.
        let variables = 60 + turn % 30;
        match clauses(&mut random, variables, variables * 17 / 4) {
            Some(values) => values.iter().for_each(|value| digest.number((*value).into())),
            None => digest.number(7),
        }
    }
    digest.finish()
}

fn main() -> ExitCode {
    driver::main(KNOWN, run)
}
