package lower

import (
	"go/token"
	"go/types"
	"strings"
)

// dispatch is the function that calls a method of an interface: it looks at the
// box and calls the function that the method of that type has become.
type dispatch struct {
	unit *unit
	m    *types.Func
	done int // boxes that it knows
}

// dispatcher is the name of the function for an interface's method.
func (f *fn) dispatcher(m method) string {
	sig := m.obj.Signature()
	if n, ok := types.Unalias(m.typ).(*types.Named); ok && n.TypeArgs().Len() > 0 {
		obj, _, _ := types.LookupFieldOrMethod(m.typ, false, m.obj.Pkg(), m.obj.Name())
		m.obj = obj.(*types.Func)
		sig = m.obj.Signature()
	}
	key := m.obj.Id() + plainSignature(sig)
	d := f.p.calls[key]
	if d == nil {
		d = &dispatch{m: m.obj}
		d.unit = f.p.unit(f.p.fresh("call_"+m.obj.Name()), func(*unit) {})
		f.p.calls[key] = d
	}
	f.u.use(d.unit)
	return d.unit.name
}

// completeCalls writes the functions that call methods of interfaces, for all
// types that are boxed by now. It reports whether that asked for something new.
func (p *Program) completeCalls() bool {
	more := false
	for _, d := range p.calls {
		if d.done == len(p.boxes) && d.unit.lines != nil {
			continue
		}
		d.done = len(p.boxes)
		more = true
		if b := guard(func() { p.writeDispatch(d) }); b != nil {
			d.unit.beyond = b
		}
	}
	return more
}

func (p *Program) writeDispatch(d *dispatch) {
	sig := d.m.Signature()
	f := &fn{p: p, u: d.unit, info: p.set.info, vars: map[*types.Var]*local{}}
	recv := p.fresh("recv")
	params, args := []string{recv + " any"}, []string{}
	for v := range sig.Params().Variables() {
		name := p.fresh("a")
		params = append(params, name+" "+p.typ(v.Type()))
		args = append(args, name)
	}
	id := p.fresh("id")
	f.emit(id + " := nb.ID(" + recv + ")")
	result := func(call string) {
		if sig.Results().Len() == 0 {
			f.emit(call)
			f.emit("return")
			return
		}
		f.emit("return " + call)
	}
	for _, b := range p.boxes {
		sel := b.set.Lookup(d.m.Pkg(), d.m.Name())
		if isInterface(b.typ) || sel == nil || !types.Identical(withoutReceiver(sel.Type()), withoutReceiver(sig)) {
			continue
		}
		w := p.wrapper(sel.Obj().(*types.Func), b.typ, sel.Index())
		d.unit.use(w)
		f.emit("if " + id + " == " + itoa(b.id) + " {")
		v := f.zero(b.typ)
		f.emit("nb.Unbox(" + recv + ", " + id + ", &" + v + ")")
		result(w.name + "(" + strings.Join(append([]string{v}, args...), ", ") + ")")
		f.emit("}")
	}
	compiled := "nb.Method(" + recv + ", " + quote(d.m.Name()) + ").(func" + p.signature(sig) + ")"
	if !token.IsExported(d.m.Name()) {
		f.emit("nb.Panic(\"interface method call on nil\")")
	} else {
		fn := p.fresh("m")
		f.emit(fn + " := " + compiled)
		result(fn + "(" + strings.Join(args, ", ") + ")")
	}
	f.finish(d.unit.name, params, p.results(sig))
	d.unit.lines = f.shells
}

// withoutReceiver is a method's type without its receiver.
func withoutReceiver(t types.Type) types.Type {
	sig := t.(*types.Signature)
	return types.NewSignatureType(nil, nil, nil, sig.Params(), sig.Results(), sig.Variadic())
}
