package lower

import "go/types"

// subst replaces type parameters by type arguments.
type subst map[*types.TypeParam]types.Type

func bind(params *types.TypeParamList, args []types.Type) subst {
	s := subst{}
	for i := range params.Len() {
		s[params.At(i)] = args[i]
	}
	return s
}

// of is t with the type arguments in the place of the parameters.
func (s subst) of(t types.Type) types.Type {
	if len(s) == 0 || t == nil {
		return t
	}
	switch t := t.(type) {
	case *types.TypeParam:
		if arg, ok := s[t]; ok {
			return arg
		}
	case *types.Alias:
		return s.of(types.Unalias(t))
	case *types.Named:
		return s.named(t)
	case *types.Pointer:
		return types.NewPointer(s.of(t.Elem()))
	case *types.Slice:
		return types.NewSlice(s.of(t.Elem()))
	case *types.Array:
		return types.NewArray(s.of(t.Elem()), t.Len())
	case *types.Map:
		return types.NewMap(s.of(t.Key()), s.of(t.Elem()))
	case *types.Chan:
		return types.NewChan(t.Dir(), s.of(t.Elem()))
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

func (s subst) named(t *types.Named) types.Type {
	if t.TypeArgs().Len() == 0 {
		return t
	}
	var args []types.Type
	for arg := range t.TypeArgs().Types() {
		args = append(args, s.of(arg))
	}
	got, err := types.Instantiate(nil, t.Origin(), args, false)
	if err != nil {
		beyond(t.Obj().Pos(), "cannot instantiate %s", t)
	}
	return got
}

func (s subst) tuple(t *types.Tuple) *types.Tuple {
	var vars []*types.Var
	for v := range t.Variables() {
		vars = append(vars, types.NewVar(v.Pos(), v.Pkg(), v.Name(), s.of(v.Type())))
	}
	return types.NewTuple(vars...)
}

func (s subst) structOf(t *types.Struct) types.Type {
	var fields []*types.Var
	var tags []string
	for i := range t.NumFields() {
		f := t.Field(i)
		fields = append(fields, types.NewField(f.Pos(), f.Pkg(), f.Name(), s.of(f.Type()), f.Embedded()))
		tags = append(tags, t.Tag(i))
	}
	return types.NewStruct(fields, tags)
}

func (s subst) interfaceOf(t *types.Interface) types.Type {
	if t.NumMethods() == 0 || !t.IsMethodSet() {
		return t
	}
	var methods []*types.Func
	for m := range t.Methods() {
		methods = append(methods, types.NewFunc(m.Pos(), m.Pkg(), m.Name(), s.of(m.Type()).(*types.Signature)))
	}
	return types.NewInterfaceType(methods, nil).Complete()
}
