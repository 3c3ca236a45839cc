package main

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/big"
	"math/bits"
)

const huge = 1 << 62
const third = 1.0 / 3

type amount int64

func main() {
	var u8 uint8 = 250
	u8 += 10
	var i8 int8 = 127
	i8++
	var u32 uint32 = 1<<32 - 1
	fmt.Println(u8, i8, u32+1, -i8, ^u8, u32>>4, int32(u32))
	x := -7
	fmt.Println(x/2, x%3, x>>1, uint8(x), x&^2, x^x, 7&3|8)
	fmt.Println(huge, third, huge*2-1+huge*2 > huge, 'a'+1, string(rune('a'+1)))
	n := 70
	fmt.Println(1<<n == 0, uint64(1)<<63, int64(-1)>>n, uint16(1)<<15)
	fmt.Println(math.MaxInt64, math.Inf(1), -math.MaxFloat64, math.Sqrt(2), math.NaN() == math.NaN())
	f := 2.9
	fmt.Println(int(f), int(-f), math.Floor(-f), uint8(f), float32(0.1), 0.1+0.2)
	fmt.Printf("%08b %x %X %o %#x %e %6.2f|%-5d|%+d|%05d\n", 37, 255, 255, 8, 255, 12345.678, 3.14159, 42, 42, 42)
	b := make([]byte, 8)
	binary.LittleEndian.PutUint32(b, 0xd9b4bef9)
	binary.BigEndian.PutUint16(b[4:], 8333)
	fmt.Printf("% x %d\n", b, binary.LittleEndian.Uint64(b))
	fmt.Println(bits.OnesCount(255), bits.LeadingZeros32(1), bits.Reverse8(1))
	a := amount(150)
	fmt.Println(a*2, a/amount(7), float64(a)/100, a > 100)
	v := new(big.Int).Exp(big.NewInt(2), big.NewInt(100), nil)
	fmt.Println(v, v.Cmp(big.NewInt(5)))
	var r rune = '語'
	fmt.Println(r, string(r), len(string(r)), []byte(string(r)))
	hash := uint32(2166136261)
	for _, ch := range []byte("hello") {
		hash ^= uint32(ch)
		hash *= 16777619
	}
	fmt.Println(hash)
	var z, zero float64
	fmt.Println(1/zero > 1, z/zero != z/zero, math.Signbit(math.Copysign(0, -1)))
	var p *int
	q := new(int)
	*q = 5
	p = q
	*p += 2
	fmt.Println(*q, p == q, new(7) != nil)
}
