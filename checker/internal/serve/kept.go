package serve

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"nodebook/checker/internal/cell"
	"nodebook/checker/internal/edit"
	"nodebook/checker/internal/lazyregexp"
	"nodebook/checker/internal/page"
	"nodebook/fixtures/show"
)

// What a reader types is kept below .nodebook/cells, a file for each page, as it is
// typed: nothing waits for a button. A page cell is known by what the page says, so
// that a new edition does not give one cell's text to another. A cell of the
// reader's own says next to which piece of the page it is.

// itemKind is what an item is.
type itemKind string

const (
	pageCell  itemKind = "page"  // a code cell of the page
	ownCode   itemKind = "code"  // a code cell of the reader's own
	ownNote   itemKind = "note"  // a note in Markdown
	draftItem itemKind = "draft" // a function that is not saved into its file yet
)

// item is one editor of a page, as it was last.
type item struct {
	ID     string   `json:"id"`
	Kind   itemKind `json:"kind"`
	Rev    int      `json:"rev"` // counts the changes
	Source string   `json:"source"`
	Base   string   `json:"base,omitempty"` // of a page cell, the page's text; of a draft, the file's when it was begun
	At     *spot    `json:"at,omitempty"`   // of an own cell
	Gone   bool     `json:"gone,omitempty"` // deleted; kept so that it can be brought back
	Ran    string   `json:"ran,omitempty"`  // the source that ran last and ended well
	Out    *output  `json:"out,omitempty"`

	HTML template.HTML `json:"html,omitempty"` // of a note; for the page, not for the file
}

// spot is where an own cell is: next to a piece of the page, among other such cells by
// their order.
type spot struct {
	ID     string  `json:"id"`
	Before bool    `json:"before,omitempty"`
	Order  float64 `json:"order"`
}

// output is what the last run of a cell told.
type output struct {
	Number int    `json:"number"`
	Ended  string `json:"ended"`
	Note   string `json:"note"`
	// Reference is whether it was run with the references: so are cells that need it.
	Reference bool         `json:"reference,omitempty"`
	Events    []cell.Event `json:"events,omitempty"`
}

// keptPage is what is kept of one page.
type keptPage struct {
	Pieces []string `json:"pieces"` // the page's pieces when this was written
	Items  []*item  `json:"items"`
}

const (
	mostItems  = 500       // of a page
	mostSource = 256 << 10 // bytes of one editor
	mostOut    = 512 << 10 // bytes of a cell's output; more of it is not kept
	mostGone   = 100       // deleted cells that can be brought back
)

// pieceIDs are the pieces of a page that a cell can be next to. A code cell's is made
// of its text.
func pieceIDs(p *page.Page) []string {
	seen := map[string]int{}
	ids := []string{topPiece}
	for _, x := range p.Pieces {
		id := ""
		switch x.Kind {
		case page.Prose:
			continue
		case page.Code:
			sum := sha256.Sum256([]byte(x.Source))
			id = "c-" + hex.EncodeToString(sum[:6])
		case page.Exercise:
			id = "e-" + x.Exercise.Name
		default:
			id = "program"
		}
		if seen[id]++; seen[id] > 1 {
			id = fmt.Sprintf("%s-%d", id, seen[id])
		}
		ids = append(ids, id)
	}
	return ids
}

// topPiece is the beginning of a page.
const topPiece = "top"

// keeper keeps items in files.
type keeper struct {
	dir string
	mu  sync.Mutex
}

func (k *keeper) file(name string) string { return filepath.Join(k.dir, name+".json") }

// read is what is kept of a page. A file that cannot be read is put aside, not
// overwritten.
func (k *keeper) read(name string) (*keptPage, error) {
	b, err := os.ReadFile(k.file(name))
	if errors.Is(err, fs.ErrNotExist) {
		return &keptPage{}, nil
	}
	if err != nil {
		return nil, err
	}
	p := &keptPage{}
	if json.Unmarshal(b, p) != nil || slices.Contains(p.Items, nil) {
		return &keptPage{}, os.Rename(k.file(name), k.file(name)+time.Now().Format(".20060102-150405.000000000.bad"))
	}
	return p, nil
}

func (k *keeper) write(name string, p *keptPage) error {
	b, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return edit.WriteFile(k.file(name), append(b, '\n'))
}

// load is what is kept of a page, fitted to the page's pieces as they are now.
func (k *keeper) load(name string, pieces []string) (*keptPage, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	p, err := k.read(name)
	if err != nil {
		return nil, err
	}
	if p.fit(pieces) {
		err = k.write(name, p)
	}
	return p, err
}

// fit moves what belongs to pieces that a new edition of the page does not have: an
// own cell goes to the nearest piece above that is left, and the reader's text of a
// page cell that is gone becomes an own cell. It reports whether anything changed.
func (p *keptPage) fit(pieces []string) bool {
	if slices.Equal(p.Pieces, pieces) {
		return false
	}
	changed := len(p.Items) > 0
	stays := func(id string) bool { return slices.Contains(pieces, id) }
	near := func(id string, order float64) *spot {
		at := slices.Index(p.Pieces, id)
		for i := at; i >= 0; i-- {
			if stays(p.Pieces[i]) {
				return &spot{ID: p.Pieces[i], Order: order}
			}
		}
		return &spot{ID: topPiece, Order: order}
	}
	for i, x := range p.Items {
		order := float64(slices.Index(p.Pieces, x.ID)*1000 + i)
		switch x.Kind {
		case pageCell:
			if !stays(x.ID) && x.Source != x.Base {
				x.Kind, x.At = ownCode, near(x.ID, order)
				x.ID, x.Base = "was-"+x.ID, ""
			}
		case draftItem:
			e, _, _ := strings.Cut(x.ID, "/")
			if !stays(e) && !x.Gone {
				x.Kind, x.At = ownCode, near(e, order)
				x.ID, x.Base = "was-"+x.ID, ""
			}
		default:
			if x.At == nil {
				x.At = &spot{ID: topPiece}
			}
			if !stays(x.At.ID) {
				x.At = near(x.At.ID, order+x.At.Order)
			}
		}
	}
	p.Items = slices.DeleteFunc(p.Items, func(x *item) bool { return x.Kind == pageCell && !stays(x.ID) })
	p.Pieces = slices.Clone(pieces)
	return changed
}

// change is an item as a page wants it to be.
type change struct {
	item
	Sent *string `json:"sent"` // what the page sent before, and got no answer to
}

// anID is what the name of an item looks like.
var anID = lazyregexp.New(`^[A-Za-z0-9_.:/-]{1,120}$`)

// valid reports whether a change can be kept.
func (c *change) valid() bool {
	switch c.Kind {
	case pageCell, draftItem:
	case ownCode, ownNote:
		if c.At == nil || !anID().MatchString(c.At.ID) {
			return false
		}
	default:
		return false
	}
	return anID().MatchString(c.ID) && len(c.Source) <= mostSource && len(c.Base) <= mostSource && len(c.Ran) <= mostSource
}

var errTooMany = fmt.Errorf("a page keeps at most %d cells", mostItems)

// apply writes changes down. What another page has changed in the meantime is left as
// it is and returned in conflicts: its reader decides.
func (k *keeper) apply(name string, pieces []string, changes []change) (revs map[string]int, conflicts []*item, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	p, err := k.read(name)
	if err != nil {
		return nil, nil, err
	}
	p.fit(pieces)
	p.Pieces = pieces
	revs = map[string]int{}
	for _, c := range changes {
		i := slices.IndexFunc(p.Items, func(x *item) bool { return x.ID == c.ID })
		if i < 0 {
			if len(p.Items) >= mostItems {
				return nil, nil, errTooMany
			}
			x := c.item
			x.Rev, x.HTML = c.Rev+1, ""
			p.Items = append(p.Items, &x)
			revs[c.ID] = x.Rev
			continue
		}
		x := p.Items[i]
		if x.Rev != c.Rev && x.Source != c.Source && (c.Sent == nil || x.Source != *c.Sent) {
			conflicts = append(conflicts, x)
			continue
		}
		out := x.Out
		rev := x.Rev + 1
		*x = c.item
		x.Rev, x.HTML = rev, ""
		if x.Out == nil {
			x.Out = out
		}
		revs[c.ID] = rev
	}
	p.prune()
	return revs, conflicts, k.write(name, p)
}

// prune forgets drafts that were saved and the oldest of many deleted cells.
func (p *keptPage) prune() {
	gone := 0
	for i := len(p.Items) - 1; i >= 0; i-- {
		x := p.Items[i]
		if !x.Gone {
			continue
		}
		if gone++; x.Kind == draftItem || gone > mostGone {
			p.Items = slices.Delete(p.Items, i, i+1)
		}
	}
}

// bound replaces an output that is too large to be kept.
func (o *output) bound() {
	b, err := json.Marshal(o)
	if err != nil || len(b) > mostOut {
		o.Events = []cell.Event{{Kind: cell.Cut, Text: "this output was too large to keep: run the cell again"}}
	}
}

// documents calls f for the documents that an output shows in frames, in order, and
// stores what it returns as their source.
func (o *output) documents(f func(n int, source string) string) {
	n := 0
	for i, e := range o.Events {
		var frame show.Frame
		if e.Kind != cell.Show || json.Unmarshal(e.Show, &frame) != nil || frame.Type != "html" {
			continue
		}
		frame.Source = f(n, frame.Source)
		n++
		if b, err := json.Marshal(frame); err == nil {
			o.Events[i].Show = b
		}
	}
}

// forPage are the items as the page gets them: notes rendered, documents named
// instead of written out.
func (p *keptPage) forPage(name string) ([]*item, error) {
	out := []*item{}
	for _, x := range p.Items {
		y := *x
		if y.Kind == ownNote {
			html, err := page.Note(y.Source)
			if err != nil {
				return nil, err
			}
			y.HTML = html
		}
		if y.Out != nil {
			o := *y.Out
			o.Events = slices.Clone(o.Events)
			o.documents(func(n int, _ string) string { return fmt.Sprintf("kept/%s/%s/%d", name, cellOf(y.ID), n) })
			y.Out = &o
		}
		out = append(out, &y)
	}
	slices.SortStableFunc(out, func(a, b *item) int {
		if a.At == nil || b.At == nil {
			return 0
		}
		return cmp.Compare(a.At.Order, b.At.Order)
	})
	return out, nil
}

// cellOf is an item's name as one word of a path.
func cellOf(id string) string { return hex.EncodeToString([]byte(id)) }
