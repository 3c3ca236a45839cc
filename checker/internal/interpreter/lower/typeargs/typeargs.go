// Package typeargs puts type arguments in place of type parameters, in any type.
package typeargs

import "go/types"

// Map is the type argument of each type parameter; nil has none.
type Map map[*types.TypeParam]types.Type

// Bind returns the Map of a declaration's parameters.
func Bind(params *types.TypeParamList, args []types.Type) Map {
	s := Map{}
	for i := range params.Len() {
		s[params.At(i)] = args[i]
	}
	return s
}

// Of returns t with type arguments instead of parameters.
func (s Map) Of(t types.Type) types.Type {
	if len(s) == 0 || t == nil {
		return t
	}
	switch t := t.(type) {
	case *types.TypeParam:
		if arg, ok := s[t]; ok {
			return arg
		}
	case *types.Alias:
		return s.Of(types.Unalias(t))
	case *types.Named:
		return s.named(t)
	case *types.Pointer:
		return types.NewPointer(s.Of(t.Elem()))
	case *types.Slice:
		return types.NewSlice(s.Of(t.Elem()))
	case *types.Array:
		return types.NewArray(s.Of(t.Elem()), t.Len())
	case *types.Map:
		return types.NewMap(s.Of(t.Key()), s.Of(t.Elem()))
	case *types.Chan:
		return types.NewChan(t.Dir(), s.Of(t.Elem()))
	case *types.Tuple:
		return s.tuple(t)
	case *types.Signature:
		return types.NewSignatureType(nil, nil, nil, s.tuple(t.Params()), s.tuple(t.Results()), t.Variadic())
	case *types.Struct:
		return s.structOf(t)
	case *types.Interface:
		return s.interfaceOf(t)
	}
	return t
}

func (s Map) named(t *types.Named) types.Type {
	if t.TypeArgs().Len() == 0 {
		return t
	}
	var args []types.Type
	for arg := range t.TypeArgs().Types() {
		args = append(args, s.Of(arg))
	}
	got, _ := types.Instantiate(nil, t.Origin(), args, false) // it fails only when it validates
	return got
}

func (s Map) tuple(t *types.Tuple) *types.Tuple {
	var vars []*types.Var
	for v := range t.Variables() {
		vars = append(vars, types.NewVar(v.Pos(), v.Pkg(), v.Name(), s.Of(v.Type())))
	}
	return types.NewTuple(vars...)
}

func (s Map) structOf(t *types.Struct) types.Type {
	var fields []*types.Var
	var tags []string
	for i := range t.NumFields() {
		f := t.Field(i)
		fields = append(fields, types.NewField(f.Pos(), f.Pkg(), f.Name(), s.Of(f.Type()), f.Embedded()))
		tags = append(tags, t.Tag(i))
	}
	return types.NewStruct(fields, tags)
}

func (s Map) interfaceOf(t *types.Interface) types.Type {
	if t.NumMethods() == 0 || !t.IsMethodSet() {
		return t
	}
	var methods []*types.Func
	for m := range t.Methods() {
		methods = append(methods, types.NewFunc(m.Pos(), m.Pkg(), m.Name(), s.Of(m.Type()).(*types.Signature)))
	}
	return types.NewInterfaceType(methods, nil).Complete()
}
