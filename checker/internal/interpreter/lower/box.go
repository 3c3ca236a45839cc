package lower

import (
	"go/token"
	"go/types"
	"strconv"
	"strings"
)

// box is a type whose values carry their identity with them when they are in an
// interface.
type box struct {
	id   int
	typ  types.Type
	unit *unit
	set  *types.MethodSet
}

// meansMore reports whether a type means more than what it is in the core: a
// defined type of the sources is in it, or a struct whose fields have got other
// names.
func (p *Program) meansMore(t types.Type) bool {
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		if t.Obj().Pkg() == nil {
			return false
		}
		if p.interpreted(t.Obj().Pkg()) {
			return true
		}
		_, isFunc := t.Underlying().(*types.Signature)
		return isFunc && t.TypeArgs().Len() > 0
	case *types.Pointer:
		return p.meansMore(t.Elem())
	case *types.Slice:
		return p.meansMore(t.Elem())
	case *types.Array:
		return p.meansMore(t.Elem())
	case *types.Chan:
		return p.meansMore(t.Elem())
	case *types.Map:
		return p.meansMore(t.Key()) || p.meansMore(t.Elem())
	case *types.Struct:
		return t.NumFields() > 0
	case *types.Interface:
		return t.NumMethods() > 0
	case *types.Signature:
		if t.Variadic() {
			return true
		}
		for _, tuple := range []*types.Tuple{t.Params(), t.Results()} {
			for v := range tuple.Variables() {
				if p.meansMore(v.Type()) {
					return true
				}
			}
		}
	}
	return false
}

// box is the box of a type. Its unit holds what sets it up: the methods that
// compiled code may call.
func (p *Program) box(t types.Type) *box {
	t = types.Unalias(t)
	for _, b := range p.boxes {
		if types.Identical(b.typ, t) {
			return b
		}
	}
	p.typ(t)
	b := &box{id: len(p.boxes), typ: t, set: types.NewMethodSet(t)}
	p.boxes = append(p.boxes, b)
	b.unit = p.unit("type "+types.TypeString(t, p.qualifier), func(u *unit) {
		if !isInterface(t) {
			p.methods(b, u)
			p.parts(t, u, map[types.Type]bool{})
		}
	})
	return b
}

// significant are methods that compiled code looks for in an interface's value,
// with their types.
var significant = map[string]string{
	"Error": "func() string", "Unwrap": "func() error", "Is": "func(error) bool", "As": "func(any) bool",
	"Timeout": "func() bool", "Temporary": "func() bool",
	"String": "func() string", "GoString": "func() string", "Format": "func(fmt.State, rune)",
	"Read": "func([]byte) (int, error)", "Write": "func([]byte) (int, error)", "Close": "func() error",
	"WriteTo": "func(io.Writer) (int64, error)", "ReadFrom": "func(io.Reader) (int64, error)",
	"ReadByte": "func() (byte, error)", "WriteByte": "func(byte) error", "WriteString": "func(string) (int, error)",
	"ReadRune": "func() (rune, int, error)", "ReadAt": "func([]byte, int64) (int, error)", "Seek": "func(int64, int) (int64, error)",
	"LocalAddr": "func() net.Addr", "RemoteAddr": "func() net.Addr",
	"SetDeadline": "func(time.Time) error", "SetReadDeadline": "func(time.Time) error", "SetWriteDeadline": "func(time.Time) error",
	"Len": "func() int", "Less": "func(int, int) bool", "Swap": "func(int, int)", "Push": "func(any)", "Pop": "func() any",
	"RoundTrip": "func(*http.Request) (*http.Response, error)", "ServeHTTP": "func(http.ResponseWriter, *http.Request)",
	"Network":  "func() string",
	"Deadline": "func() (time.Time, bool)", "Done": "func() <-chan struct{}", "Err": "func() error", "Value": "func(any) any",
	"LogValue": "func() slog.Value", "Flush": "func()",
}

// significance is the name of a method that compiled code looks for; "" for
// another one. Unwrap with several errors has a name of its own.
func significance(m *types.Selection) string {
	name, sig := m.Obj().Name(), plainSignature(m.Type())
	switch {
	case significant[name] == sig:
		return name
	case name == "Unwrap" && sig == "func() []error":
		return "Unwraps"
	}
	return ""
}

// plainSignature writes a method's type without the names of its parameters.
func plainSignature(t types.Type) string {
	sig := t.(*types.Signature)
	list := func(t *types.Tuple) string {
		var all []string
		for v := range t.Variables() {
			all = append(all, types.TypeString(v.Type(), packageName))
		}
		return strings.Join(all, ", ")
	}
	s := "func(" + list(sig.Params()) + ")"
	switch sig.Results().Len() {
	case 0:
	case 1:
		s += " " + list(sig.Results())
	default:
		s += " (" + list(sig.Results()) + ")"
	}
	return strings.NewReplacer("uint8", "byte", "int32", "rune", "interface{}", "any").Replace(s)
}

// groups are the sets of significant methods that a value can have in the
// prelude. Those that are alone in this list may be missing.
var groups = [][]string{
	{"Error"}, {"Error", "String"}, {"Error", "Unwrap"}, {"Error", "Is"}, {"Error", "Unwrap", "Is"}, {"Error", "As"},
	{"Error", "Unwraps"}, {"Error", "Unwraps", "Is"}, {"Error", "Timeout", "Temporary"},
	{"String"},
	{"Read"}, {"Write"}, {"String", "Write"}, {"Close"}, {"Read", "Write"}, {"Read", "Close"}, {"Write", "Close"}, {"Read", "Write", "Close"},
	{"Read", "Write", "Close", "LocalAddr", "RemoteAddr", "SetDeadline", "SetReadDeadline", "SetWriteDeadline"},
	{"Len", "Less", "Swap"}, {"Len", "Less", "Swap", "Push", "Pop"},
	{"Deadline", "Done", "Err", "Value"}, {"Done"}, {"Err"}, {"Value"},
	{"RoundTrip"}, {"Read", "RoundTrip"}, {"ServeHTTP"}, {"Len"}, {"Push"}, {"Pop"}, {"Timeout"}, {"Network", "String"},
}

// shape is the significant methods of a box's type, and whether the prelude has
// a box with just these.
func (b *box) shape() (methods []*types.Selection, ok bool) {
	names := map[string]bool{}
	for sel := range b.set.Methods() {
		if name := significance(sel); name != "" {
			methods = append(methods, sel)
			names[name] = true
		}
	}
	if len(names) == 0 {
		return nil, true
	}
	for _, g := range groups {
		if len(g) != len(names) {
			continue
		}
		all := true
		for _, name := range g {
			all = all && names[name]
		}
		if all {
			return methods, true
		}
	}
	return methods, false
}

// parts makes boxes of the types inside a type that have a text of their own:
// package fmt asks for it.
func (p *Program) parts(t types.Type, u *unit, seen map[types.Type]bool) {
	if seen[t] {
		return
	}
	seen[t] = true
	if n, ok := types.Unalias(t).(*types.Named); ok && (n.Obj().Pkg() == nil || !p.interpreted(n.Obj().Pkg())) {
		return
	}
	set := types.NewMethodSet(t)
	if len(seen) > 1 && !isInterface(t) && (set.Lookup(nil, "String") != nil || set.Lookup(nil, "Error") != nil) {
		u.use(p.box(t).unit)
	}
	switch x := t.Underlying().(type) {
	case *types.Pointer:
		p.parts(x.Elem(), u, seen)
	case *types.Slice:
		p.parts(x.Elem(), u, seen)
	case *types.Array:
		p.parts(x.Elem(), u, seen)
	case *types.Map:
		p.parts(x.Key(), u, seen)
		p.parts(x.Elem(), u, seen)
	case *types.Struct:
		for f := range x.Fields() {
			p.parts(f.Type(), u, seen)
		}
	}
}

// methods writes the lines that tell the prelude which functions a boxed type's
// methods are.
func (p *Program) methods(b *box, u *unit) {
	sels, ok := b.shape()
	if !ok {
		var names []string
		for _, sel := range sels {
			names = append(names, sel.Obj().Name())
		}
		beyond(p.posOf(b.typ), "puts a %s, with the methods %s, into an interface", types.TypeString(b.typ, p.qualifier), strings.Join(names, ", "))
	}
	for _, sel := range sels {
		w := p.wrapper(sel.Obj().(*types.Func), b.typ, sel.Index())
		u.use(w)
		u.setup = append(u.setup, line{"nb.SetMethod(" + strconv.Itoa(b.id) + ", " + quote(significance(sel)) + ", " + w.name + ")", token.NoPos})
	}
}

func (p *Program) posOf(t types.Type) token.Pos {
	if ptr, ok := types.Unalias(t).(*types.Pointer); ok {
		t = ptr.Elem()
	}
	if n, ok := types.Unalias(t).(*types.Named); ok {
		return n.Obj().Pos()
	}
	return token.NoPos
}

// covers makes sure that a box has all the methods of a compiled package's
// interface that it is put into.
func (p *Program) covers(b *box, to types.Type) {
	if p.typ(to) == "any" {
		return
	}
	sels, _ := b.shape()
	have := map[string]bool{}
	for _, sel := range sels {
		have[sel.Obj().Name()] = true
	}
	for m := range to.Underlying().(*types.Interface).Methods() {
		if !have[m.Name()] {
			beyond(p.posOf(b.typ), "uses a %s as a %s", types.TypeString(b.typ, p.qualifier), types.TypeString(to, p.qualifier))
		}
	}
}

// Type is the type that a number in the core stands for.
func (p *Program) Type(id int) types.Type { return p.boxes[id].typ }

// interfaceID is the number under which the prelude finds an interface type.
func (p *Program) interfaceID(t types.Type) int { return p.box(t).id }

// wrapper is a function that calls a method: its first parameter is the
// receiver, of type t, from which the path of fields leads to the method.
func (p *Program) wrapper(m *types.Func, t types.Type, index []int) *unit {
	key := "wrapper " + m.FullName() + " " + types.TypeString(t, nil) + " " + strconv.Itoa(int(p.posOf(t)))
	if u := p.helpers[key]; u != nil {
		return u
	}
	u := p.unit(p.fresh(m.Name()), func(u *unit) { p.writeWrapper(u, m, t, index) })
	p.helpers[key] = u
	return u
}

func (p *Program) writeWrapper(u *unit, m *types.Func, t types.Type, index []int) {
	f := &fn{p: p, u: u, info: p.set.info, pos: p.posOf(t), vars: map[*types.Var]*local{}}
	obj, _, _ := types.LookupFieldOrMethod(t, true, m.Pkg(), m.Name())
	m = obj.(*types.Func)
	sig := m.Signature()
	recv := p.fresh("recv")
	params, args := []string{recv + " " + p.typ(t)}, []string{}
	for v := range sig.Params().Variables() {
		name := p.fresh("a")
		params = append(params, name+" "+p.typ(v.Type()))
		args = append(args, name)
	}
	code, at := f.path(recv, t, p.way(t, index[:len(index)-1]))
	to := f.adjust(m, code, at, p.byPointer(m, at))
	code = to.recv
	call := code + "." + m.Name() + "("
	if name := f.methodName(to); name != "" {
		call = name + "("
		args = append([]string{code}, args...)
	}
	call += strings.Join(args, ", ")
	if sig.Variadic() && !strings.HasPrefix(call, code+".") {
		call += ")"
	} else if sig.Variadic() {
		call += "...)"
	} else {
		call += ")"
	}
	if sig.Results().Len() > 0 {
		call = "return " + call
	}
	f.emit(call)
	f.finish(u.name, params, p.results(sig))
	u.lines = f.shells
}
