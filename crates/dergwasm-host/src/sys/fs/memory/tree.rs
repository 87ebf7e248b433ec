//! The nodes of a file system in memory, and what can be done to them.

use super::content::{Content, PAGE, in_page};
use crate::sys::{
    Errno,
    fs::{DirEntry, FileType, Metadata, SetTime, place::check},
};
use std::{
    collections::BTreeMap,
    time::{SystemTime, UNIX_EPOCH},
};

/// The inode of the directory at the top.
pub(super) const TOP: u64 = 1;

/// What a node is.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    File(Content),
    Dir(BTreeMap<Vec<u8>, u64>),
    Link(Vec<u8>),
}

/// A file, directory or link.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) kind: Kind,
    pub(super) times: Times,
    /// How many names lead to it.
    pub(super) names: u64,
    /// How many handles are open.
    open: u64,
    /// The directory that a directory is in.
    pub(super) parent: u64,
}

/// When it was last read, when its contents and when anything of it last changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Times {
    pub(super) accessed: u64,
    pub(super) modified: u64,
    pub(super) changed: u64,
}

/// How much there may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) bytes: u64,
    pub(super) nodes: u64,
}

/// All nodes, by inode.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) nodes: BTreeMap<u64, Node>,
    next: u64,
    /// How many names lead to them, with one for the top.
    names: u64,
    /// How many bytes of memory files and the targets of links take.
    space: u64,
    limits: Limits,
    fixed_time: Option<u64>,
}

impl Tree {
    pub(super) fn new(limits: Limits, fixed_time: Option<u64>) -> Self {
        let nodes = BTreeMap::new();
        let mut tree = Self { nodes, next: TOP + 1, names: 1, space: 0, limits, fixed_time };
        let top = tree.node(Kind::Dir(BTreeMap::new()), TOP);
        // The top needs no name.
        tree.nodes.insert(TOP, Node { names: 1, ..top });
        tree
    }

    /// A tree of these nodes, whose names were checked.
    pub(super) fn of(nodes: BTreeMap<u64, Node>, limits: Limits) -> Self {
        let next = nodes.keys().next_back().map_or(TOP, |last| *last) + 1;
        let space = nodes.values().map(Node::space).sum();
        let names = nodes.values().map(|node| node.names).sum();
        Self { nodes, next, names, space, limits, fixed_time: None }
    }

    pub(super) fn now(&self) -> u64 {
        self.fixed_time.unwrap_or_else(|| {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            u64::try_from(now.as_nanos()).unwrap_or(u64::MAX)
        })
    }

    fn node(&self, kind: Kind, parent: u64) -> Node {
        let now = self.now();
        Node::new(kind, Times { accessed: now, modified: now, changed: now }, parent)
    }

    pub(super) fn get(&self, inode: u64) -> Result<&Node, Errno> {
        self.nodes.get(&inode).ok_or(Errno::Stale)
    }

    fn get_mut(&mut self, inode: u64) -> Result<&mut Node, Errno> {
        self.nodes.get_mut(&inode).ok_or(Errno::Stale)
    }

    /// A handle to the node was made.
    pub(super) fn opened(&mut self, inode: u64) {
        if let Some(node) = self.nodes.get_mut(&inode) {
            node.open += 1;
        }
    }

    /// A handle to the node is gone.
    pub(super) fn closed(&mut self, inode: u64) {
        if let Some(node) = self.nodes.get_mut(&inode) {
            node.open = node.open.saturating_sub(1);
        }
        self.drop_unused(inode);
    }

    /// Forgets a node that no name and no handle leads to.
    fn drop_unused(&mut self, inode: u64) {
        if self.nodes.get(&inode).is_some_and(|node| node.names == 0 && node.open == 0)
            && let Some(node) = self.nodes.remove(&inode)
        {
            self.space -= node.space();
        }
    }

    pub(super) fn metadata(&self, inode: u64) -> Result<Metadata, Errno> {
        let node = self.get(inode)?;
        Ok(Metadata {
            device: 1,
            inode,
            file_type: node.file_type(),
            links: node.names,
            size: node.size(),
            accessed: node.times.accessed,
            modified: node.times.modified,
            changed: node.times.changed,
        })
    }

    pub(super) fn set_times(
        &mut self,
        inode: u64,
        accessed: SetTime,
        modified: SetTime,
    ) -> Result<(), Errno> {
        let now = self.now();
        let set = |time: &mut u64, to| match to {
            SetTime::Keep => {}
            SetTime::Now => *time = now,
            SetTime::At(at) => *time = at,
        };
        let times = &mut self.get_mut(inode)?.times;
        set(&mut times.accessed, accessed);
        set(&mut times.modified, modified);
        times.changed = now;
        Ok(())
    }

    pub(super) fn entries(&self, dir: u64) -> Result<Vec<DirEntry>, Errno> {
        let entries = self.get(dir)?.entries()?.iter();
        let entry = |(name, &inode): (&Vec<u8>, &u64)| {
            let file_type = self.get(inode)?.file_type();
            Ok(DirEntry { name: name.clone(), inode, file_type })
        };
        entries.map(entry).collect()
    }

    /// The node of a name.
    pub(super) fn find(&self, dir: u64, name: &[u8]) -> Result<u64, Errno> {
        let found = self.get(dir)?.entries()?.get(name).copied();
        // What is no name at all is not there, but for another reason.
        found.ok_or_else(|| check(name).err().unwrap_or(Errno::Noent))
    }

    fn is_dir(&self, inode: u64) -> Result<bool, Errno> {
        Ok(matches!(self.get(inode)?.kind, Kind::Dir(_)))
    }

    /// Whether there is no room for another node or name. Nodes without a name may be open still.
    fn is_full(&self) -> bool {
        self.names.max(self.nodes.len() as u64) >= self.limits.nodes
    }

    /// Makes a node of a new name.
    pub(super) fn create(&mut self, dir: u64, name: &[u8], kind: Kind) -> Result<u64, Errno> {
        match self.find(dir, name) {
            Ok(_) => return Err(Errno::Exist),
            Err(Errno::Noent) => {}
            Err(errno) => return Err(errno),
        }
        if self.get(dir)?.names == 0 {
            return Err(Errno::Noent);
        }
        let node = self.node(kind, dir);
        let space = self.space.saturating_add(node.space());
        if self.is_full() || space > self.limits.bytes {
            return Err(Errno::Nospc);
        }
        let inode = self.next;
        self.next += 1;
        self.space = space;
        self.nodes.insert(inode, node);
        self.name(dir, name, inode)?;
        Ok(inode)
    }

    /// Lets a name lead to a node.
    fn name(&mut self, dir: u64, name: &[u8], inode: u64) -> Result<(), Errno> {
        let now = self.now();
        let node = self.get_mut(inode)?;
        node.names += 1;
        node.parent = dir;
        node.times.changed = now;
        let dir = self.get_mut(dir)?;
        dir.entries_mut()?.insert(name.to_vec(), inode);
        dir.changed(now);
        self.names += 1;
        Ok(())
    }

    /// Takes a name away.
    fn unname(&mut self, dir: u64, name: &[u8]) -> Result<(), Errno> {
        let now = self.now();
        let parent = self.get_mut(dir)?;
        let inode = parent.entries_mut()?.remove(name).ok_or(Errno::Noent)?;
        parent.changed(now);
        self.names -= 1;
        let node = self.get_mut(inode)?;
        node.names -= 1;
        node.times.changed = now;
        self.drop_unused(inode);
        Ok(())
    }

    pub(super) fn remove_dir(&mut self, dir: u64, name: &[u8]) -> Result<(), Errno> {
        let inode = self.find(dir, name)?;
        match &self.get(inode)?.kind {
            Kind::Dir(entries) if entries.is_empty() => self.unname(dir, name),
            Kind::Dir(_) => Err(Errno::Notempty),
            _ => Err(Errno::Notdir),
        }
    }

    pub(super) fn remove_file(&mut self, dir: u64, name: &[u8]) -> Result<(), Errno> {
        if self.is_dir(self.find(dir, name)?)? {
            return Err(Errno::Isdir);
        }
        self.unname(dir, name)
    }

    pub(super) fn link(
        &mut self,
        dir: u64,
        name: &[u8],
        to: u64,
        to_name: &[u8],
    ) -> Result<(), Errno> {
        let inode = self.find(dir, name)?;
        if self.is_dir(inode)? {
            return Err(Errno::Perm);
        }
        if self.get(to)?.entries()?.contains_key(to_name) {
            return Err(Errno::Exist);
        }
        if self.get(to)?.names == 0 {
            return Err(Errno::Noent);
        }
        if self.is_full() {
            return Err(Errno::Nospc);
        }
        self.name(to, to_name, inode)
    }

    pub(super) fn rename(
        &mut self,
        dir: u64,
        name: &[u8],
        to: u64,
        to_name: &[u8],
    ) -> Result<(), Errno> {
        let inode = self.find(dir, name)?;
        if self.get(to)?.names == 0 {
            return Err(Errno::Noent);
        }
        let moves_dir = self.is_dir(inode)?;
        if moves_dir && self.is_within(to, inode)? {
            return Err(Errno::Inval);
        }
        if let Some(&there) = self.get(to)?.entries()?.get(to_name) {
            if there == inode {
                return Ok(());
            }
            match (&self.get(there)?.kind, moves_dir) {
                (Kind::Dir(entries), true) if !entries.is_empty() => return Err(Errno::Notempty),
                (Kind::Dir(_), false) => return Err(Errno::Isdir),
                (Kind::File(_) | Kind::Link(_), true) => return Err(Errno::Notdir),
                _ => self.unname(to, to_name)?,
            }
        }
        // First the new name, so that the node is never without one.
        self.name(to, to_name, inode)?;
        self.unname(dir, name)
    }

    /// Whether a directory is `above` or somewhere in it.
    fn is_within(&self, mut dir: u64, above: u64) -> Result<bool, Errno> {
        loop {
            if dir == above {
                return Ok(true);
            }
            if dir == TOP {
                return Ok(false);
            }
            dir = self.get(dir)?.parent;
        }
    }

    pub(super) fn content(&self, file: u64) -> Result<&Content, Errno> {
        match &self.get(file)?.kind {
            Kind::File(content) => Ok(content),
            Kind::Dir(_) => Err(Errno::Isdir),
            Kind::Link(_) => Err(Errno::Loop),
        }
    }

    /// Changes the content of a file by `change`, which may need `more` bytes of memory.
    fn change(
        &mut self,
        file: u64,
        more: u64,
        change: impl FnOnce(&mut Content),
    ) -> Result<(), Errno> {
        if self.space.saturating_add(more) > self.limits.bytes {
            return Err(Errno::Nospc);
        }
        let now = self.now();
        let node = self.get_mut(file)?;
        let Kind::File(content) = &mut node.kind else { return Err(Errno::Isdir) };
        let before = content.space();
        change(content);
        let after = content.space();
        node.changed(now);
        self.space = self.space - before + after;
        Ok(())
    }

    /// Writes as much as there is room for, at least one byte.
    pub(super) fn write(&mut self, file: u64, offset: u64, bytes: &[u8]) -> Result<usize, Errno> {
        if bytes.is_empty() {
            return Ok(0);
        }
        let room = self.limits.bytes.checked_sub(offset).filter(|&room| room > 0);
        let room = usize::try_from(room.ok_or(Errno::Fbig)?).unwrap_or(usize::MAX);
        let mut len = bytes.len().min(room);
        let content = self.content(file)?;
        let free = self.limits.bytes.saturating_sub(self.space);
        if content.space_to_write(offset, len) > free {
            // What fits for sure: to the end of the page, and whole free pages.
            let first = PAGE - in_page(offset);
            let pages = usize::try_from(free / PAGE as u64).unwrap_or(0);
            len = len.min(first.saturating_add(pages.saturating_sub(1).saturating_mul(PAGE)));
        }
        let more = self.content(file)?.space_to_write(offset, len);
        self.change(file, more, |content| content.write(offset, &bytes[..len]))?;
        Ok(len)
    }

    pub(super) fn set_len(&mut self, file: u64, len: u64) -> Result<(), Errno> {
        if len > self.limits.bytes {
            return Err(Errno::Fbig);
        }
        self.change(file, 0, |content| content.set_len(len))
    }
}

impl Node {
    pub(super) fn new(kind: Kind, times: Times, parent: u64) -> Self {
        Self { kind, times, names: 0, open: 0, parent }
    }

    pub(super) fn file_type(&self) -> FileType {
        match self.kind {
            Kind::File(_) => FileType::File,
            Kind::Dir(_) => FileType::Directory,
            Kind::Link(_) => FileType::Symlink,
        }
    }

    fn size(&self) -> u64 {
        match &self.kind {
            Kind::File(content) => content.len(),
            Kind::Dir(entries) => entries.len() as u64,
            Kind::Link(target) => target.len() as u64,
        }
    }

    pub(super) fn space(&self) -> u64 {
        match &self.kind {
            Kind::File(content) => content.space(),
            Kind::Dir(_) => 0,
            Kind::Link(target) => target.len() as u64,
        }
    }

    pub(super) fn entries(&self) -> Result<&BTreeMap<Vec<u8>, u64>, Errno> {
        match &self.kind {
            Kind::Dir(entries) => Ok(entries),
            _ => Err(Errno::Notdir),
        }
    }

    fn entries_mut(&mut self) -> Result<&mut BTreeMap<Vec<u8>, u64>, Errno> {
        match &mut self.kind {
            Kind::Dir(entries) => Ok(entries),
            _ => Err(Errno::Notdir),
        }
    }

    fn changed(&mut self, now: u64) {
        (self.times.modified, self.times.changed) = (now, now);
    }
}
