package slices

// Clone is slices.Clone.
func Clone[S ~[]E, E any](s S) S {
	if s == nil {
		return nil
	}
	return append(S{}, s...)
}

// Reverse is slices.Reverse.
func Reverse[S ~[]E, E any](s S) {
	for i, j := 0, len(s)-1; i < j; i, j = i+1, j-1 {
		s[i], s[j] = s[j], s[i]
	}
}

// Concat is slices.Concat.
func Concat[S ~[]E, E any](list ...S) S {
	n := 0
	for _, s := range list {
		n += len(s)
	}
	if n == 0 {
		return nil
	}
	all := make(S, 0, n)
	for _, s := range list {
		all = append(all, s...)
	}
	return all
}

// Repeat is slices.Repeat.
func Repeat[S ~[]E, E any](x S, count int) S {
	if count < 0 {
		panic("cannot be negative")
	}
	all := make(S, 0, len(x)*count)
	for range count {
		all = append(all, x...)
	}
	return all
}

// Insert is slices.Insert.
func Insert[S ~[]E, E any](s S, i int, v ...E) S {
	_ = s[i:]
	if len(v) == 0 {
		return s
	}
	all := append(make(S, 0, len(s)+len(v)), s[:i]...)
	all = append(all, v...)
	all = append(all, s[i:]...)
	if len(all) > cap(s) {
		return all
	}
	s = s[:len(all)]
	copy(s, all)
	return s
}

// Delete is slices.Delete.
func Delete[S ~[]E, E any](s S, i, j int) S {
	_ = s[i:j:len(s)]
	if i == j {
		return s
	}
	old := len(s)
	s = append(s[:i], s[j:]...)
	clear(s[len(s):old])
	return s
}

// DeleteFunc is slices.DeleteFunc.
func DeleteFunc[S ~[]E, E any](s S, del func(E) bool) S {
	n := 0
	for _, v := range s {
		if !del(v) {
			s[n] = v
			n++
		}
	}
	clear(s[n:])
	return s[:n]
}

// Replace is slices.Replace.
func Replace[S ~[]E, E any](s S, i, j int, v ...E) S {
	_ = s[i:j]
	all := append(make(S, 0, len(s)+len(v)), s[:i]...)
	all = append(all, v...)
	all = append(all, s[j:]...)
	if len(all) > cap(s) {
		return all
	}
	old := len(s)
	s = s[:len(all)]
	copy(s, all)
	if old > len(s) {
		clear(s[len(s):old])
	}
	return s
}

// Compact is slices.Compact.
func Compact[S ~[]E, E comparable](s S) S {
	return CompactFunc(s, func(a, b E) bool { return a == b })
}

// CompactFunc is slices.CompactFunc.
func CompactFunc[S ~[]E, E any](s S, eq func(E, E) bool) S {
	if len(s) < 2 {
		return s
	}
	n, before := 1, s[0]
	for i := 1; i < len(s); i++ {
		v := s[i]
		if !eq(v, before) {
			s[n] = v
			n++
		}
		before = v
	}
	clear(s[n:])
	return s[:n]
}

// Grow is slices.Grow.
func Grow[S ~[]E, E any](s S, n int) S {
	if n < 0 {
		panic("cannot be negative")
	}
	if n -= cap(s) - len(s); n > 0 {
		s = append(s[:cap(s)], make([]E, n)...)[:len(s)]
	}
	return s
}

// Clip is slices.Clip.
func Clip[S ~[]E, E any](s S) S { return s[:len(s):len(s)] }
