package lower

import (
	"go/constant"
	"go/token"
	"go/types"
	"math"
	"strconv"
)

// constant writes a constant as a literal of its type.
func (f *fn) constant(v constant.Value, t types.Type, pos token.Pos) string {
	if isInterface(t) {
		beyond(pos, "uses a constant in a way that is not followed")
	}
	b, ok := types.Default(t).Underlying().(*types.Basic)
	if !ok {
		beyond(pos, "uses a constant in a way that is not followed")
	}
	literal := ""
	switch {
	case b.Info()&types.IsBoolean != 0:
		literal = strconv.FormatBool(constant.BoolVal(v))
	case b.Info()&types.IsString != 0:
		literal = quote(constant.StringVal(v))
	case b.Info()&types.IsInteger != 0:
		literal = constant.ToInt(v).ExactString()
	case b.Info()&types.IsFloat != 0:
		literal = float(v, b)
	default:
		beyond(pos, "uses complex numbers")
	}
	switch name := f.p.typ(types.Default(t)); name {
	case "string", "bool":
		return literal
	case "int":
		if literal[0] == '-' {
			return "(" + literal + ")"
		}
		return literal
	default:
		return name + "(" + literal + ")"
	}
}

// float writes a floating point constant, rounded as the compiler rounds it.
func float(v constant.Value, b *types.Basic) string {
	if b.Kind() == types.Float32 {
		x, _ := constant.Float32Val(v)
		return decimal(float64(x), 32)
	}
	x, _ := constant.Float64Val(v)
	return decimal(x, 64)
}

func decimal(x float64, bits int) string {
	if x == math.Trunc(x) && math.Abs(x) < 1<<53 {
		return strconv.FormatFloat(x, 'f', 1, bits)
	}
	return strconv.FormatFloat(x, 'g', -1, bits)
}

// number is a small integer as a literal of a numeric type.
func (f *fn) number(n int64, t types.Type) string {
	return f.constant(constant.MakeInt64(n), t, f.pos)
}
