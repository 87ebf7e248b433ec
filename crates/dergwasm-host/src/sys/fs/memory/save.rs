//! A file system in memory as bytes.
//!
//! All numbers are little-endian. The bytes are `DERGFS`, the version (2 bytes), and nodes until
//! the end, each:
//!
//! ```text
//! inode 8 · kind 1 · accessed 8 · modified 8 · changed 8 · then by kind
//!   0 file       length 8 · number of pages 8 · pages: offset 8 · 4096 bytes
//!   1 directory  number of entries 8 · entries: name · inode 8
//!   2 link       target
//! ```
//!
//! A name or target is its length (2 bytes) and its bytes, whatever they are. The directory at the top has inode 1. Every other
//! directory has one name, every file and link at least one. Inodes are below 2^63.

use super::content::{Content, PAGE};
use super::tree::{Kind, Limits, Node, TOP, Times, Tree};
use crate::sys::fs::{place::check, resolve::MAX_PATH};
use core::fmt;
use std::collections::BTreeMap;

const MAGIC: &[u8] = b"DERGFS";
const VERSION: u16 = 1;
/// So that there are always more.
const MAX_INODE: u64 = u64::MAX / 2;

/// Why bytes were not accepted as a saved file system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaveError {
    offset: usize,
    reason: &'static str,
}

impl SaveError {
    /// Where in the bytes.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.offset
    }
}

impl fmt::Display for SaveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no saved file system: {} at offset {:#x}", self.reason, self.offset)
    }
}

impl core::error::Error for SaveError {}

pub(super) fn to_bytes(tree: &Tree) -> Vec<u8> {
    let mut out = [MAGIC, &VERSION.to_le_bytes()].concat();
    for (inode, node) in tree.nodes.iter().filter(|(_, node)| node.names > 0) {
        out.extend(inode.to_le_bytes());
        out.push(match node.kind {
            Kind::File(_) => 0,
            Kind::Dir(_) => 1,
            Kind::Link(_) => 2,
        });
        let Times { accessed, modified, changed } = node.times;
        out.extend([accessed, modified, changed].map(u64::to_le_bytes).concat());
        match &node.kind {
            Kind::File(content) => {
                out.extend(content.len().to_le_bytes());
                out.extend((content.pages().len() as u64).to_le_bytes());
                for (offset, page) in content.pages() {
                    out.extend(offset.to_le_bytes());
                    out.extend(page);
                }
            }
            Kind::Dir(entries) => {
                out.extend((entries.len() as u64).to_le_bytes());
                for (name, inode) in entries {
                    string(&mut out, name);
                    out.extend(inode.to_le_bytes());
                }
            }
            Kind::Link(target) => string(&mut out, target),
        }
    }
    out
}

/// Names and targets are far shorter than 64 KiB: paths are.
fn string(out: &mut Vec<u8>, string: &[u8]) {
    let len = u16::try_from(string.len()).unwrap_or(0);
    out.extend(len.to_le_bytes());
    out.extend(&string[..len.into()]);
}

/// What is left to read.
struct Reader<'a> {
    all: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn error<T>(&self, reason: &'static str) -> Result<T, SaveError> {
        Err(SaveError { offset: self.at, reason })
    }

    fn array<const N: usize>(&mut self) -> Result<&'a [u8; N], SaveError> {
        match self.all[self.at..].first_chunk() {
            Some(bytes) => {
                self.at += N;
                Ok(bytes)
            }
            None => self.error("unexpected end"),
        }
    }

    fn number(&mut self) -> Result<u64, SaveError> {
        self.array().map(|bytes| u64::from_le_bytes(*bytes))
    }

    fn string(&mut self) -> Result<Vec<u8>, SaveError> {
        let len = usize::from(u16::from_le_bytes(*self.array()?));
        let Some(bytes) = self.all.get(self.at..self.at + len) else {
            return self.error("unexpected end");
        };
        self.at += len;
        Ok(bytes.to_vec())
    }

    fn kind(&mut self, kind: u8, limits: Limits) -> Result<Kind, SaveError> {
        Ok(match kind {
            0 => Kind::File(self.content(limits)?),
            1 => {
                let mut entries = BTreeMap::new();
                for _ in 0..self.number()? {
                    let name = self.string()?;
                    if check(&name).is_err() || entries.insert(name, self.number()?).is_some() {
                        return self.error("a name that cannot be one or is there twice");
                    }
                }
                Kind::Dir(entries)
            }
            2 => match self.string()? {
                target if target.len() > MAX_PATH || target.contains(&0) => {
                    return self.error("a link to what cannot be a path");
                }
                target => Kind::Link(target),
            },
            _ => return self.error("an unknown kind of node"),
        })
    }

    fn content(&mut self, limits: Limits) -> Result<Content, SaveError> {
        let len = self.number()?;
        if len > limits.bytes {
            return self.error("a file that is too large");
        }
        let mut content = Content::default();
        for _ in 0..self.number()? {
            let offset = self.number()?;
            if offset % PAGE as u64 != 0 || offset >= len {
                return self.error("a page that is not the file's");
            }
            content.write(offset, self.array::<PAGE>()?);
        }
        // Also makes sure that behind the end all is zero.
        content.set_len(len);
        Ok(content)
    }
}

pub(super) fn from_bytes(bytes: &[u8], limits: Limits) -> Result<Tree, SaveError> {
    let mut reader = Reader { all: bytes, at: 0 };
    if reader.array() != Ok(b"DERGFS") {
        return Err(SaveError { offset: 0, reason: "it does not begin with `DERGFS`" });
    }
    if u16::from_le_bytes(*reader.array()?) != VERSION {
        return reader.error("a version that is not 1");
    }
    let mut nodes = BTreeMap::new();
    let mut space = 0;
    while reader.at < bytes.len() {
        let inode = reader.number()?;
        let [kind] = *reader.array()?;
        let (accessed, modified, changed) = (reader.number()?, reader.number()?, reader.number()?);
        let kind = reader.kind(kind, limits)?;
        let node = Node::new(kind, Times { accessed, modified, changed }, TOP);
        space += node.space();
        if inode > MAX_INODE || nodes.insert(inode, node).is_some() {
            return reader.error("a node that cannot be or is there twice");
        }
        if space > limits.bytes || nodes.len() as u64 > limits.nodes {
            return reader.error("more than the limits allow");
        }
    }
    connect(&mut nodes).or_else(|reason| reader.error(reason))?;
    if nodes.values().map(|node| node.names).sum::<u64>() > limits.nodes {
        return reader.error("more names than the limits allow");
    }
    Ok(Tree::of(nodes, limits))
}

/// Walks the directories from the top, counts the names of every node and finds the parents.
fn connect(nodes: &mut BTreeMap<u64, Node>) -> Result<(), &'static str> {
    match nodes.get_mut(&TOP) {
        Some(Node { kind: Kind::Dir(_), names, .. }) => *names = 1,
        _ => return Err("no directory at the top"),
    }
    let mut dirs = vec![TOP];
    while let Some(dir) = dirs.pop() {
        let entries = nodes.get(&dir).and_then(|node| node.entries().ok());
        let inodes: Vec<u64> = entries.into_iter().flat_map(BTreeMap::values).copied().collect();
        for inode in inodes {
            let Some(node) = nodes.get_mut(&inode) else { return Err("a name of no node") };
            node.names += 1;
            node.parent = dir;
            if matches!(node.kind, Kind::Dir(_)) {
                if node.names > 1 {
                    return Err("a directory with two names");
                }
                dirs.push(inode);
            }
        }
    }
    if nodes.values().any(|node| node.names == 0) { Err("a node without a name") } else { Ok(()) }
}
