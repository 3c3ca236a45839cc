package assist

import (
	"cmp"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// Completion is what may stand in place of Source[From:To].
type Completion struct {
	From, To int
	Items    []Item
}

// Item is one name.
type Item struct {
	Name   string
	Kind   string // function, method, field, variable, constant, type, package or keyword
	Detail string // its type or signature
}

// mostItems bounds an answer: nobody reads more.
const mostItems = 300

// Complete returns the names that fit at the cursor and start with what is
// typed already, the likeliest first.
func (a *Assistant) Complete(s Snippet) Completion {
	a.types.Lock()
	defer a.types.Unlock()
	from, to := s.word()
	typed := s.Source[from:min(max(s.Offset, from), len(s.Source))]
	c := Completion{From: from, To: to}
	p := a.place(s, from)
	if p == nil {
		return c
	}
	unset, keyed := p.unset()
	switch {
	case p.sel != nil:
		c.Items = p.members()
	case keyed: // what follows is a field as well
		c.Items = unset
	default:
		c.Items = append(unset, p.scope()...)
		for name, path := range s.Names {
			c.Items = append(c.Items, Item{name, "package", path})
		}
		for _, word := range keywords {
			c.Items = append(c.Items, Item{word, "keyword", ""})
		}
	}
	c.Items = slices.DeleteFunc(c.Items, func(x Item) bool {
		return !strings.HasPrefix(strings.ToLower(x.Name), strings.ToLower(typed)) || strings.HasPrefix(x.Name, "nodebook")
	})
	slices.SortStableFunc(c.Items, func(x, y Item) int {
		return cmp.Or(boolFirst(strings.HasPrefix(x.Name, typed), strings.HasPrefix(y.Name, typed)), boolFirst(slices.Contains(unset, x), slices.Contains(unset, y)), cmp.Compare(rank[x.Kind], rank[y.Kind]),
			cmp.Compare(x.Name, y.Name))
	})
	c.Items = slices.CompactFunc(c.Items, func(x, y Item) bool { return x.Name == y.Name })
	c.Items = c.Items[:min(len(c.Items), mostItems)]
	return c
}

var rank = map[string]int{"variable": 1, "field": 1, "method": 1, "function": 2, "constant": 3, "type": 4, "package": 5, "keyword": 6}

func boolFirst(x, y bool) int {
	switch {
	case x == y:
		return 0
	case x:
		return -1
	}
	return 1
}

var keywords = []string{"break", "case", "chan", "const", "continue", "default", "defer", "else", "for", "func", "go", "if", "import", "interface",
	"map", "range", "return", "select", "struct", "switch", "type", "var"}

// members are what may come after the dot.
func (p *place) members() []Item {
	if pkg := p.packageBefore(); pkg != nil {
		var items []Item
		for _, name := range pkg.Scope().Names() {
			if obj := pkg.Scope().Lookup(name); obj.Exported() {
				items = append(items, p.item(obj))
			}
		}
		return items
	}
	tv, ok := p.info.Types[p.sel.X]
	if !ok || tv.Type == nil {
		return nil
	}
	return p.membersOf(tv.Type)
}

// membersOf are the fields and methods of a type, those of embedded fields too.
func (p *place) membersOf(t types.Type) []Item {
	seen := map[string]bool{}
	var items []Item
	add := func(obj types.Object) {
		if seen[obj.Name()] || !obj.Exported() && obj.Pkg() != p.pkg || obj.Name() == "_" {
			return
		}
		seen[obj.Name()] = true
		items = append(items, p.item(obj))
	}
	methods := t
	if _, ok := t.Underlying().(*types.Pointer); !ok && !types.IsInterface(t) {
		methods = types.NewPointer(t)
	}
	fields(t, 0, add)
	set := types.NewMethodSet(methods)
	for i := range set.Len() {
		add(set.At(i).Obj())
	}
	return items
}

// fields calls add for the fields of a struct and of what it embeds.
func fields(t types.Type, depth int, add func(types.Object)) {
	if ptr, ok := t.Underlying().(*types.Pointer); ok {
		t = ptr.Elem()
	}
	s, ok := t.Underlying().(*types.Struct)
	if !ok || depth > 8 { // a type may embed a pointer to itself
		return
	}
	for i := range s.NumFields() {
		add(s.Field(i))
	}
	for i := range s.NumFields() {
		if f := s.Field(i); f.Embedded() {
			fields(f.Type(), depth+1, add)
		}
	}
}

// unset are the fields that a struct's literal has no value for yet, if the cursor is where
// one of them may stand; keyed reports whether the literal names its fields.
func (p *place) unset() (items []Item, keyed bool) {
	s := p.literal()
	if s == nil {
		return nil, false
	}
	set := map[string]bool{}
	for _, x := range p.lit.Elts {
		if pair, ok := x.(*ast.KeyValueExpr); ok && !isHere(x) {
			if id, ok := pair.Key.(*ast.Ident); ok {
				set[id.Name], keyed = true, true
			}
		} else if !ok && !isHere(x) {
			return nil, false // its values have no names
		}
	}
	for f := range s.Fields() {
		if !set[f.Name()] && f.Name() != "_" && (f.Exported() || f.Pkg() == p.pkg) {
			items = append(items, p.item(f))
		}
	}
	return items, keyed
}

// literal is the struct that the literal at the cursor makes, or nil.
func (p *place) literal() *types.Struct {
	if p.lit == nil {
		return nil
	}
	t := p.info.TypeOf(p.lit)
	if t == nil {
		return nil
	}
	if ptr, ok := t.Underlying().(*types.Pointer); ok {
		t = ptr.Elem()
	}
	s, _ := t.Underlying().(*types.Struct)
	return s
}

// packageBefore is the package before the dot, or nil.
func (p *place) packageBefore() *types.Package {
	if name, ok := objectOf(p.info, p.sel.X).(*types.PkgName); ok {
		return name.Imported()
	}
	return nil
}

// scope are the names that are visible at the cursor.
func (p *place) scope() []Item {
	var items []Item
	at := p.id.Pos()
	scope := innermost(p.info, at)
	for ; scope != nil; scope = scope.Parent() {
		for _, name := range scope.Names() {
			obj := scope.Lookup(name)
			if _, local := obj.(*types.Var); local && scope != p.pkg.Scope() && obj.Pos() > at {
				continue // declared further down
			}
			items = append(items, p.item(obj))
		}
	}
	return items
}

func innermost(info *types.Info, at token.Pos) *types.Scope {
	var in *types.Scope
	for _, s := range info.Scopes {
		if s.Contains(at) && (in == nil || in.Contains(s.Pos())) {
			in = s
		}
	}
	return in
}

func (p *place) item(obj types.Object) Item {
	x := Item{Name: obj.Name(), Detail: types.ObjectString(obj, p.qualifier)}
	switch o := obj.(type) {
	case *types.Func:
		x.Kind = "function"
		if o.Signature().Recv() != nil {
			x.Kind = "method"
		}
	case *types.Builtin:
		x.Kind = "function"
	case *types.Var:
		x.Kind = "variable"
		if o.IsField() {
			x.Kind = "field"
		}
	case *types.Const, *types.Nil:
		x.Kind = "constant"
	case *types.TypeName:
		x.Kind = "type"
	case *types.PkgName:
		x.Kind, x.Detail = "package", o.Imported().Path()
	}
	if t := obj.Type(); t == types.Typ[types.Invalid] && x.Kind != "package" {
		x.Detail = "" // what it is made of is not right yet
	}
	return x
}

// qualifier names packages by their names, as the learner does.
func (p *place) qualifier(other *types.Package) string {
	if other == p.pkg {
		return ""
	}
	return other.Name()
}
