package generate

import (
	"go/types"
	"strings"
)

// child is the main of a child: a table of the learner's functions, each with the
// type that the reference has.
func (a *api) child() []byte {
	w := newWriter(nil)
	a.book(w)
	w.f("func main() {\n\tb := nbwire.NewBook()\n\tnbFill(b)\n")
	for _, f := range a.functions {
		if f.reason == "" { // of the type that the reference has, even if the learner's has type parameters
			w.f("\tvar f%d %s = %s\n\tb.Func(f%[1]d)\n", f.number, w.funcType(f), w.funcName(f))
		}
	}
	w.f("\tnbwire.Main(b)\n}\n\n")
	for _, t := range a.structs {
		u := t.Underlying().(*types.Struct)
		if !a.own(t.Obj().Pkg()) || !t.Obj().Exported() {
			continue
		}
		w.f("func _(v %s) {\n", w.typ(t))
		for f := range u.Fields() {
			if f.Exported() {
				w.f("\tvar _ %s = v.%s\n", w.typ(f.Type()), f.Name())
			}
		}
		w.f("}\n\n")
	}
	w.imports[WirePath+"/first"] = "_" // before any code of the learner's
	return w.file("main")
}

// funcType is a function's type, a method's with its receiver first.
func (w *writer) funcType(f *function) string {
	var in []string
	if f.recv != nil {
		in = append(in, w.typ(f.recv))
	}
	for i := range f.sig.Params().Len() {
		t := w.typ(f.sig.Params().At(i).Type())
		if f.sig.Variadic() && i == f.sig.Params().Len()-1 {
			t = "..." + strings.TrimPrefix(t, "[]")
		}
		in = append(in, t)
	}
	var out []string
	for r := range f.sig.Results().Variables() {
		out = append(out, w.typ(r.Type()))
	}
	return "func(" + strings.Join(in, ", ") + ") (" + strings.Join(out, ", ") + ")"
}

func (w *writer) funcName(f *function) string {
	if f.recv == nil {
		return w.object(f.obj)
	}
	return "(" + w.typ(f.recv) + ")." + f.obj.Name()
}
