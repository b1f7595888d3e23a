//! A grid of dots, two by four to a cell: braille, or plain characters where braille is missing.
//! Must never know what its lines mean, nor use a float.

/// The bit of each dot in a braille character, by row and column (ISO 11548-1).
const BITS: [[u8; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];

/// The braille character without a dot.
const BLANK: u32 = 0x2800;

/// A grid of dots; the dot (0, 0) is at the top left.
#[derive(Clone, Debug)]
pub struct Dots {
    columns: usize,
    rows: usize,
    cells: Vec<u8>,
}

impl Dots {
    /// An empty grid of so many cells.
    pub fn new(columns: u16, rows: u16) -> Self {
        let (columns, rows) = (usize::from(columns), usize::from(rows));
        Self { columns, rows, cells: vec![0; columns * rows] }
    }
    /// Dots from left to right.
    pub const fn width(&self) -> usize {
        self.columns * 2
    }
    /// Dots from top to bottom.
    pub const fn height(&self) -> usize {
        self.rows * 4
    }
    /// Sets one dot; outside the grid nothing happens.
    pub fn set(&mut self, x: usize, y: usize) {
        if x < self.width() && y < self.height() {
            self.cells[y / 4 * self.columns + x / 2] |= BITS[y % 4][x % 2];
        }
    }
    /// Sets the dots of a straight line, both ends included (Bresenham).
    pub fn line(&mut self, from: (usize, usize), to: (usize, usize)) {
        let (wide, high) = (from.0.abs_diff(to.0), from.1.abs_diff(to.1));
        let (longer, shorter) = (wide.max(high), wide.min(high));
        let (mut x, mut y, mut ahead, mut turned) = (from.0, from.1, 0, 0);
        for _ in 0..=longer {
            self.set(x, y);
            ahead += shorter;
            // The line has turned as often as it should once it has come half a step further.
            let turn = ahead * 2 >= (turned * 2 + 1) * longer && turned < shorter;
            turned += usize::from(turn);
            if wide >= high || turn {
                x = toward(x, to.0);
            }
            if high > wide || turn {
                y = toward(y, to.1);
            }
        }
    }
    /// What a cell shows; none where no dot is set.
    pub fn sign(&self, column: usize, row: usize, braille: bool) -> Option<char> {
        let bits = *self.cells.get(row * self.columns + column)?;
        if bits == 0 || column >= self.columns {
            return None;
        }
        if !braille {
            return Some(plain(bits));
        }
        char::from_u32(BLANK + u32::from(bits))
    }
}

const fn toward(from: usize, to: usize) -> usize {
    if from < to {
        from + 1
    } else if from > to {
        from - 1
    } else {
        from
    }
}

/// The plain character that looks most like these dots.
fn plain(bits: u8) -> char {
    let rows_of = |column: usize| (0..4).filter(move |row| bits & BITS[*row][column] != 0);
    let middle = |column: usize| {
        let (sum, count) = rows_of(column).fold((0, 0), |(sum, count), row| (sum + row, count + 1));
        (count > 0).then(|| sum * 2 / count)
    };
    let all = || rows_of(0).chain(rows_of(1));
    let top = all().min().unwrap_or(0);
    let bottom = all().max().unwrap_or(0);
    match (middle(0), middle(1)) {
        (Some(left), Some(right)) if left >= right + 3 => '/',
        (Some(left), Some(right)) if right >= left + 3 => '\\',
        _ if bottom - top == 3 => '|',
        _ if bottom == 0 => '\'',
        _ if top == 3 => '_',
        _ => '-',
    }
}

#[cfg(test)]
mod tests {
    use super::Dots;

    fn text(dots: &Dots, columns: usize, rows: usize, braille: bool) -> Vec<String> {
        let row = |row| -> String {
            (0..columns).map(|column| dots.sign(column, row, braille).unwrap_or(' ')).collect()
        };
        (0..rows).map(row).collect()
    }

    #[test]
    fn dots_stand_where_braille_has_them() {
        let mut dots = Dots::new(2, 1);
        for (x, y) in [(0, 0), (1, 1), (2, 2), (3, 3), (9, 9)] {
            dots.set(x, y);
        }
        assert_eq!(text(&dots, 2, 1, true), ["⠑⢄"]);
        assert_eq!(dots.sign(5, 0, true), None);
    }

    #[test]
    fn lines_reach_both_ends_without_a_gap() {
        for (from, to) in [((0, 0), (19, 3)), ((3, 19), (0, 0)), ((7, 7), (7, 7)), ((0, 9), (9, 0))]
        {
            let mut dots = Dots::new(10, 5);
            dots.line(from, to);
            let is_set = |(x, y): (usize, usize)| {
                let bits = dots.cells[y / 4 * 10 + x / 2];
                bits & super::BITS[y % 4][x % 2] != 0
            };
            assert!(is_set(from) && is_set(to), "{from:?} {to:?}");
            let count: u32 = dots.cells.iter().map(|bits| bits.count_ones()).sum();
            let longer = from.0.abs_diff(to.0).max(from.1.abs_diff(to.1));
            assert_eq!(count as usize, longer + 1, "{from:?} {to:?}");
        }
    }

    #[test]
    fn plain_consoles_see_the_same_course() {
        let mut dots = Dots::new(8, 2);
        for (from, to) in
            [((0, 7), (3, 4)), ((4, 0), (7, 0)), ((8, 0), (11, 7)), ((12, 7), (15, 7))]
        {
            dots.line(from, to);
        }
        assert_eq!(text(&dots, 8, 2, false), ["  ''\\   ", "--   \\__"]);
        assert_eq!(text(&dots, 8, 2, true), ["  ⠉⠉⢣   ", "⡠⠊   ⢣⣀⣀"]);
    }
}
