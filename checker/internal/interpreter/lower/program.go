package lower

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"
)

// Program is the core of a set, as far as it has been asked for.
type Program struct {
	Checked bool      // errors of the runtime are to be in Go's words; see checked.go
	Refused []*Beyond // places that the interpreter has refused to take

	set  *Set
	tmpl *Set // package generic, loaded when it is first needed

	units   []*unit
	queue   []*unit
	funcs   map[*types.Func][]instance
	globals map[*types.Var]*unit
	decls   map[*types.Func]*ast.FuncDecl
	inits   map[*types.Var]*types.Initializer

	names      int
	imports    map[string]string // path → name in the core
	open       map[*types.TypeName]bool
	structs    map[*types.TypeName][]*structType
	byText     map[string]*structType
	structList []*structType
	boxes      []*box
	calls      map[string]*dispatch
	helpers    map[string]*unit
	emitted    map[*unit]bool
	shown      int // structs that have been written
}

// unit is a function, a variable or a boxed type of the core: what is lowered,
// and may be beyond the walls, as one.
type unit struct {
	name     string
	lines    []line
	uses     []*unit
	beyond   *Beyond
	lower    func(*unit) // fills lines
	setup    []line      // lines that run before anything else
	parallel bool        // starts a goroutine, or gives one of its functions to what may
	reach    int8        // memory of Program.why: 0 unknown, 1 being looked at, 2 good, 3 beyond
	why      *Beyond
}

func (u *unit) use(x *unit) {
	if x != u && !slices.Contains(u.uses, x) {
		u.uses = append(u.uses, x)
	}
}

// line is a line of the core and the place it stands for.
type line struct {
	text string
	pos  token.Pos
}

// New makes an empty program over a set without problems.
func New(s *Set) *Program {
	p := &Program{
		set: s, funcs: map[*types.Func][]instance{}, globals: map[*types.Var]*unit{},
		decls: map[*types.Func]*ast.FuncDecl{}, inits: map[*types.Var]*types.Initializer{},
		imports: map[string]string{}, open: map[*types.TypeName]bool{},
		structs: map[*types.TypeName][]*structType{}, byText: map[string]*structType{},
		calls: map[string]*dispatch{}, helpers: map[string]*unit{}, emitted: map[*unit]bool{},
	}
	p.index(s)
	return p
}

// index finds the declarations of functions and the initial values of
// variables.
func (p *Program) index(s *Set) {
	for _, k := range s.order {
		p.indexPackage(s, k)
	}
}

func (p *Program) indexPackage(s *Set, k *pkg) {
	for _, f := range k.files {
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok {
				if obj, ok := s.info.Defs[fn.Name].(*types.Func); ok {
					p.decls[obj] = fn
				}
			}
		}
	}
	for _, x := range k.init {
		for _, v := range x.Lhs {
			p.inits[v] = x
		}
	}
}

// fresh is a name that nothing else in the core has.
func (p *Program) fresh(base string) string {
	p.names++
	return strings.Map(plain, base) + "_" + strconv.Itoa(p.names)
}

// unit makes a unit that is lowered when its turn comes.
func (p *Program) unit(name string, lower func(*unit)) *unit {
	u := &unit{name: name, lower: lower}
	p.units = append(p.units, u)
	p.queue = append(p.queue, u)
	return u
}

// run lowers all that waits, and what that asks for.
func (p *Program) run() {
	for {
		for len(p.queue) > 0 {
			u := p.queue[0]
			p.queue = p.queue[1:]
			u.beyond = guard(func() { u.lower(u) })
			u.lower = nil
			p.refuse(u)
		}
		if !p.completeCalls() {
			return
		}
	}
}

// refuse makes a unit beyond the walls that the interpreter has refused.
func (p *Program) refuse(u *unit) {
	for _, r := range p.Refused {
		for _, l := range u.lines {
			if l.pos == r.Pos {
				u.beyond = r
			}
		}
	}
}

// why is what keeps a unit from being run: its own reason, or that of a unit it
// uses. nil means that nothing does.
func (p *Program) why(u *unit) *Beyond {
	if u.reach == 0 {
		p.look(u)
	}
	return u.why
}

// look finds the reason of u and of all that it uses. Units that use each other
// are looked at together: the first reason found anywhere below holds for u,
// while good is only said once the whole of what u reaches is known.
func (p *Program) look(u *unit) {
	seen := map[*unit]bool{}
	var bad *Beyond
	var walk func(*unit)
	walk = func(x *unit) {
		if seen[x] || bad != nil {
			return
		}
		seen[x] = true
		if x.beyond != nil {
			bad = x.beyond
			return
		}
		if x.reach == 3 {
			bad = x.why
			return
		}
		if x.reach == 2 {
			return
		}
		for _, y := range x.uses {
			walk(y)
		}
	}
	walk(u)
	if bad != nil {
		u.reach, u.why = 3, bad
		return
	}
	for x := range seen {
		x.reach = 2
	}
}

// Entry is a function that the program was asked for.
type Entry struct {
	Wanted   string
	Name     string  // in the core
	Beyond   *Beyond // why it cannot be run; nil if it can
	Parallel bool    // it may start goroutines
	units    []*unit
}

// Want asks for a function of a loaded package.
func (p *Program) Want(path, name string) {
	if obj := p.find(path, name); obj != nil {
		p.function(obj, nil, plainCall)
		p.initUnits(obj.Pkg())
	}
}

func (p *Program) find(path, name string) *types.Func {
	pk := p.set.Package(path)
	if pk == nil {
		return nil
	}
	obj, _ := pk.Scope().Lookup(name).(*types.Func)
	return obj
}

// Entry is a function that was wanted, lowered with all that it may call.
func (p *Program) Entry(path, name string) *Entry {
	e := &Entry{Wanted: name}
	obj := p.find(path, name)
	if obj == nil {
		e.Beyond = &Beyond{Why: "there is no function " + name}
		return e
	}
	p.run()
	u := p.function(obj, nil, plainCall)
	before, others := p.initUnits(obj.Pkg())
	others = slices.DeleteFunc(others, func(x *unit) bool { return p.why(x) != nil })
	e.Name, e.units = u.name, append(append(before, others...), u)
	for _, x := range e.units {
		if b := p.why(x); b != nil && e.Beyond == nil {
			e.Beyond = b
		}
	}
	seen := map[*unit]bool{}
	var walk func(*unit)
	walk = func(x *unit) {
		if seen[x] {
			return
		}
		seen[x] = true
		e.Parallel = e.Parallel || x.parallel
		for _, y := range x.uses {
			walk(y)
		}
	}
	walk(u)
	return e
}

// Pos is where a line of the core, counted from 1, comes from.
func (c *Core) Pos(n int) token.Pos {
	if n < 1 || n > len(c.lines) {
		return token.NoPos
	}
	return c.lines[n-1].pos
}

// Position is Pos as a place in a file.
func (c *Core) Position(n int) token.Position {
	if pos := c.Pos(n); pos.IsValid() {
		return c.set.Fset.Position(pos)
	}
	return token.Position{}
}
