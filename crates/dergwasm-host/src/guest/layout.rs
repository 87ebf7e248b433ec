//! Where the parts of a structure are, as C lays them out.

/// The layout of a structure with `N` fields.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Layout<const N: usize> {
    /// Each field's offset and size.
    fields: [(usize, usize); N],
    pub size: usize,
    pub align: usize,
}

impl<const N: usize> Layout<N> {
    /// The layout of fields with these sizes and alignments, none of which is 0.
    #[must_use]
    pub const fn of(mut fields: [(usize, usize); N]) -> Self {
        let (mut end, mut align, mut i) = (0_usize, 1, 0);
        while i < N {
            let (field_size, field_align) = fields[i];
            let start = end.next_multiple_of(field_align);
            fields[i] = (start, field_size);
            end = start + field_size;
            align = if field_align > align { field_align } else { align };
            i += 1;
        }
        Self { fields, size: end.next_multiple_of(align), align }
    }

    #[must_use]
    pub fn field(self, bytes: &[u8], index: usize) -> &[u8] {
        let (start, size) = self.fields[index];
        &bytes[start..start + size]
    }

    #[must_use]
    pub fn field_mut(self, bytes: &mut [u8], index: usize) -> &mut [u8] {
        let (start, size) = self.fields[index];
        &mut bytes[start..start + size]
    }
}
