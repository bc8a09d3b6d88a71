package zh

import "slices"

// Dice gives how alike two folded texts are, from 0 (no two neighbouring characters in common) to 1
// (the same): twice the shared pairs of neighbours over all pairs. One wrong character in a long
// name costs little, another order a lot. Texts of one character are alike only if equal.
func Dice(a, b string) float64 {
	if a == b {
		return 1
	}
	x, y := pairs(a), pairs(b)
	if len(x) == 0 || len(y) == 0 {
		return 0
	}
	shared := 0
	for i, j := 0, 0; i < len(x) && j < len(y); {
		switch {
		case x[i] == y[j]:
			shared++
			i++
			j++
		case x[i] < y[j]:
			i++
		default:
			j++
		}
	}
	return 2 * float64(shared) / float64(len(x)+len(y))
}

// pairs gives the pairs of neighbouring characters, sorted.
func pairs(s string) []uint64 {
	var out []uint64
	last := rune(-1)
	for _, r := range s {
		if last >= 0 {
			out = append(out, uint64(last)<<32|uint64(r))
		}
		last = r
	}
	slices.Sort(out)
	return out
}
