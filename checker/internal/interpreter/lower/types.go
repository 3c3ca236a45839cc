package lower

import (
	"fmt"
	"go/token"
	"go/types"
	"path"
	"strconv"
	"strings"
)

// typ writes a type as the core has it: named types of the sources are their
// underlying types, structs have names of their own, and interfaces that are
// not a compiled package's are any.
func (p *Program) typ(t types.Type) string {
	t = types.Unalias(t)
	switch t := t.(type) {
	case *types.Basic:
		return basic(t)
	case *types.Named:
		return p.named(t)
	case *types.Pointer:
		return "*" + p.typ(t.Elem())
	case *types.Slice:
		return "[]" + p.typ(t.Elem())
	case *types.Array:
		return "[" + strconv.FormatInt(t.Len(), 10) + "]" + p.typ(t.Elem())
	case *types.Map:
		return "map[" + p.typ(t.Key()) + "]" + p.typ(t.Elem())
	case *types.Chan:
		return p.channel(t)
	case *types.Signature:
		return "func" + p.signature(t)
	case *types.Struct:
		return p.anonymous(t)
	case *types.Interface:
		return "any"
	}
	beyond(token.NoPos, "uses a type that has no translation: %s", t)
	return ""
}

func basic(t *types.Basic) string {
	switch {
	case t.Info()&types.IsComplex != 0:
		beyond(token.NoPos, "uses complex numbers")
	case t.Kind() == types.UnsafePointer:
		beyond(token.NoPos, "uses package unsafe")
	case t.Kind() == types.UntypedNil:
		return "any"
	}
	return types.Default(t).(*types.Basic).Name()
}

func (p *Program) channel(t *types.Chan) string {
	switch t.Dir() {
	case types.SendOnly:
		return "chan<- " + p.typ(t.Elem())
	case types.RecvOnly:
		return "<-chan " + p.typ(t.Elem())
	}
	if c, ok := types.Unalias(t.Elem()).(*types.Chan); ok && c.Dir() == types.RecvOnly {
		return "chan (" + p.typ(t.Elem()) + ")"
	}
	return "chan " + p.typ(t.Elem())
}

// signature writes parameters and results. A variable number of arguments is a
// slice.
func (p *Program) signature(t *types.Signature) string {
	var b strings.Builder
	b.WriteString("(")
	for i := range t.Params().Len() {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(p.typ(t.Params().At(i).Type()))
	}
	return b.String() + ")" + p.results(t)
}

func (p *Program) results(t *types.Signature) string {
	var list []string
	for v := range t.Results().Variables() {
		list = append(list, p.typ(v.Type()))
	}
	switch len(list) {
	case 0:
		return ""
	case 1:
		return " " + list[0]
	}
	return " (" + strings.Join(list, ", ") + ")"
}

// named writes a defined type.
func (p *Program) named(t *types.Named) string {
	obj := t.Obj()
	if obj.Pkg() == nil {
		if obj.Name() == "error" {
			return "error"
		}
		beyond(token.NoPos, "uses the type %s", obj.Name())
	}
	if !p.set.interpreted(obj.Pkg()) {
		return p.nativeType(t)
	}
	switch u := t.Underlying().(type) {
	case *types.Interface:
		return "any"
	case *types.Struct:
		return p.structOf(t, u)
	}
	if p.open[obj] {
		beyond(obj.Pos(), "the type %s refers to itself", obj.Name())
	}
	p.open[obj] = true
	defer delete(p.open, obj)
	return p.typ(t.Underlying())
}

// nativeType writes a type of a compiled package.
func (p *Program) nativeType(t *types.Named) string {
	obj := t.Obj()
	if t.TypeArgs().Len() > 0 {
		if sig, ok := t.Underlying().(*types.Signature); ok {
			return p.typ(sig) // iter.Seq and iter.Seq2
		}
		beyond(token.NoPos, "uses %s, a type with type arguments from a compiled package", types.TypeString(t, packageName))
	}
	if !obj.Exported() {
		if _, ok := t.Underlying().(*types.Interface); ok {
			return "any"
		}
		beyond(token.NoPos, "uses %s, which its package does not export", types.TypeString(t, packageName))
	}
	return p.native(obj.Pkg()) + "." + obj.Name()
}

func packageName(p *types.Package) string { return p.Name() }

// native is the name that a compiled package goes by in the core.
func (p *Program) native(of *types.Package) string {
	at := of.Path()
	if name, ok := p.imports[at]; ok {
		return name
	}
	if !p.set.natives.Held(at) {
		beyond(token.NoPos, "uses %s, which the interpreter does not have", at)
	}
	name := "p" + strconv.Itoa(len(p.imports)) + "_" + strings.Map(plain, path.Base(at))
	p.imports[at] = name
	return name
}

func plain(r rune) rune {
	if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
		return r
	}
	return '_'
}

// structOf is the core's name of a named struct type.
func (p *Program) structOf(t *types.Named, u *types.Struct) string {
	for _, s := range p.structs[t.Obj()] {
		if types.Identical(s.of, t) {
			if s.beyond != nil {
				panic(s.beyond)
			}
			return s.name
		}
	}
	if t.Obj().Parent() != t.Obj().Pkg().Scope() && p.inGeneric(t) {
		beyond(t.Obj().Pos(), "declares a type inside a function with type parameters")
	}
	s := &structType{of: t, name: p.fresh(t.Obj().Name())}
	p.structs[t.Obj()] = append(p.structs[t.Obj()], s)
	if s.beyond = guard(func() { s.text = p.fields(u) }); s.beyond != nil {
		panic(s.beyond)
	}
	p.structList = append(p.structList, s)
	return s.name
}

// structType is a struct type of the core.
type structType struct {
	of     types.Type
	name   string
	text   string
	beyond *Beyond
}

// anonymous is the core's name of a struct type without one.
func (p *Program) anonymous(u *types.Struct) string {
	if u.NumFields() == 0 {
		return "struct{}"
	}
	text := p.fields(u)
	if s := p.byText[text]; s != nil {
		return s.name
	}
	s := &structType{of: u, name: p.fresh("struct"), text: text}
	p.byText[text] = s
	p.structList = append(p.structList, s)
	return s.name
}

// fields writes the fields of a struct under names that reflection can reach.
func (p *Program) fields(u *types.Struct) string {
	var b strings.Builder
	b.WriteString("struct {")
	for i := range u.NumFields() {
		fmt.Fprintf(&b, " %s %s", fieldName(u, i), p.typ(u.Field(i).Type()))
		if tag := u.Tag(i); tag != "" {
			b.WriteString(" " + strconv.Quote(tag))
		}
		b.WriteString(";")
	}
	b.WriteString(" }")
	return b.String()
}

// fieldName is a field's name in the core. yaegi makes unexported fields
// exported, so they get names that no other field has.
func fieldName(u *types.Struct, i int) string {
	f := u.Field(i)
	if f.Exported() {
		return f.Name()
	}
	return "U" + strconv.Itoa(i) + "_" + strings.Map(plain, f.Name())
}

// inGeneric reports whether a local type was declared where type parameters are
// in scope.
func (p *Program) inGeneric(t *types.Named) bool {
	for s := t.Obj().Parent(); s != nil; s = s.Parent() {
		for _, name := range s.Names() {
			if tn, ok := s.Lookup(name).(*types.TypeName); ok {
				if _, ok := tn.Type().(*types.TypeParam); ok {
					return true
				}
			}
		}
	}
	return false
}
