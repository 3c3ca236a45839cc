package serve

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// A new edition of a page has other pieces: nothing that the reader has written is lost,
// and it stays near what it was next to.
func TestKept_new_edition(t *testing.T) {
	k := &keeper{dir: t.TempDir()}
	old := []string{"top", "c-1", "e-Ping", "c-2", "e-ReadMagic"}
	changes := []change{
		{item: item{ID: "u-after", Kind: ownCode, Source: "own", At: &spot{ID: "c-2", Order: 5}}},
		{item: item{ID: "u-stays", Kind: ownNote, Source: "note", At: &spot{ID: "e-Ping", Before: true}}},
		{item: item{ID: "c-2", Kind: pageCell, Source: "changed", Base: "page"}},
		{item: item{ID: "c-1", Kind: pageCell, Source: "same", Base: "same", Ran: "same"}},
		{item: item{ID: "e-ReadMagic/ReadMagic", Kind: draftItem, Source: "func ReadMagic", Base: "stub"}},
	}
	revs, conflicts, err := k.apply("lesson1", old, changes)
	require.NoError(t, err)
	require.Empty(t, conflicts)
	require.Equal(t, 1, revs["u-after"])

	for range 2 { // the second time nothing moves
		p, err := k.load("lesson1", []string{"top", "c-9", "e-Ping", "c-8"})
		require.NoError(t, err)
		byID := map[string]*item{}
		for _, x := range p.Items {
			byID[x.ID] = x
		}
		require.Len(t, byID, 4, "an unchanged cell of the page that is gone needs nothing")
		require.Equal(t, "e-Ping", byID["u-after"].At.ID)
		require.False(t, byID["u-after"].At.Before)
		require.Equal(t, &spot{ID: "e-Ping", Before: true}, byID["u-stays"].At)
		require.Equal(t, ownCode, byID["was-c-2"].Kind)
		require.Equal(t, "changed", byID["was-c-2"].Source)
		require.Equal(t, "e-Ping", byID["was-c-2"].At.ID)
		require.Equal(t, "func ReadMagic", byID["was-e-ReadMagic/ReadMagic"].Source)
	}
}

// What two pages change at the same time is nobody's to overwrite; a request that was
// sent twice is no conflict.
func TestKept_conflicts(t *testing.T) {
	k := &keeper{dir: t.TempDir()}
	pieces := []string{"top", "c-1"}
	put := func(rev int, source string, sent *string) []*item {
		_, conflicts, err := k.apply("lesson1", pieces, []change{{item: item{ID: "c-1", Kind: pageCell, Rev: rev, Source: source, Base: "page"}, Sent: sent}})
		require.NoError(t, err)
		return conflicts
	}
	require.Empty(t, put(0, "one", nil))
	require.Empty(t, put(1, "two", nil))
	require.Empty(t, put(1, "two", nil), "the answer was lost, and it comes again")
	two := "two"
	require.Empty(t, put(1, "three", &two), "the answer was lost, and more was typed")
	conflicts := put(1, "other", nil)
	require.Len(t, conflicts, 1)
	require.Equal(t, "three", conflicts[0].Source)
}

// A file that is damaged is put aside.
func TestKept_damaged(t *testing.T) {
	k := &keeper{dir: t.TempDir()}
	_, _, err := k.apply("lesson1", []string{"top"}, []change{{item: item{ID: "u-1", Kind: ownCode, Source: "x", At: &spot{ID: "top"}}}})
	require.NoError(t, err)
	for _, text := range []string{"{", `{"items":[null]}`, ""} {
		require.NoError(t, os.WriteFile(k.file("lesson1"), []byte(text), 0o644))
		p, err := k.load("lesson1", []string{"top"})
		require.NoError(t, err)
		require.Empty(t, p.Items)
		require.NoFileExists(t, k.file("lesson1"))
	}
}
