package picture

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"nodebook/fixtures/simnet"
	"nodebook/solutions/lesson2/version"
	"nodebook/solutions/lesson4/crawl"
)

func lesson4() ([]Picture, error) {
	lanes, err := lanes()
	if err != nil {
		return nil, fmt.Errorf("picture lesson4 lanes: %w", err)
	}
	frontier, err := frontier()
	if err != nil {
		return nil, fmt.Errorf("picture lesson4 frontier: %w", err)
	}
	return []Picture{lanes, channels(), frontier, race()}, nil
}

// pooled is when each peer is asked if n workers share them, and each takes the
// next when it is done. It is what crawl.Pool does, without the waiting.
func pooled(nodes []simnet.Node, n int) []crawl.Result {
	start := time.Unix(0, 0)
	free := slices.Repeat([]time.Time{start}, n)
	var all []crawl.Result
	for _, node := range nodes {
		w := 0
		for i, at := range free {
			if at.Before(free[w]) {
				w = i
			}
		}
		r := crawl.Result{Start: free[w], End: free[w].Add(node.Answer(time.Second))}
		if !node.Character.Speaks() {
			r.Err = crawl.ErrNoVersion
		}
		free[w] = r.End
		all = append(all, r)
	}
	return all
}

// lanes is the same peers, asked by more and more workers.
func lanes() (Picture, error) {
	network, err := simnet.NewMemory(simnet.Config{Peers: 60, Seed: 23})
	if err != nil {
		return Picture{}, err
	}
	defer network.Close()
	nodes := network.Nodes()
	workers := []int{3, 10, 60}
	const left, width = 18.0, 384.0
	_, end := crawl.Span(pooled(nodes, workers[0]))
	scale := width / end.Sub(time.Unix(0, 0)).Seconds()
	c := newCanvas(0)
	y := 28.0
	var words []string
	for _, n := range workers {
		results := pooled(nodes, n)
		_, last := crawl.Span(results)
		took := last.Sub(time.Unix(0, 0)).Seconds()
		c.text(left, y, "bold", "%d workers: %.1f s", n, took)
		tall := map[int]float64{3: 12, 10: 7, 60: 4}[n]
		placed := crawl.Lanes(results)
		for i, l := range placed {
			r := results[i]
			hue := "f1"
			if r.Err != nil {
				hue = "f2"
			}
			from, to := r.Start.Sub(time.Unix(0, 0)).Seconds(), r.End.Sub(time.Unix(0, 0)).Seconds()
			c.rect(left+from*scale, y+10+tall*float64(l), max(to*scale-from*scale-1, 1), tall-1, hue)
		}
		y += 10 + tall*float64(slices.Max(placed)+1) + 30
		words = append(words, fmt.Sprintf("%d workers take %.1f seconds", n, took))
	}
	c.rect(left, y-8, 13, 13, "f1")
	c.text(left+20, y+3, "", "answered")
	c.rect(left+110, y-8, 13, 13, "f2")
	c.text(left+130, y+3, "", "no answer: a second is lost")
	c.text(left, y+26, "small quiet", "60 simulated peers; one bar each, as long as the wait")
	c.height = int(y) + 42
	return Picture{Lesson: "lesson4", Name: "lanes", Title: "More workers, less waiting",
		Desc: "Sixty peers as bars, as long as each takes, in the lanes of the workers that ask them. " + strings.Join(words, "; ") +
			". With a worker for each peer the slowest peer is the bound.", canvas: c}, nil
}

// outcome is what an operation on a channel does.
type outcome struct{ hue, word string }

// try does an operation that never waits: ready says whether it went through.
func try(ready func() bool) (o outcome) {
	defer func() {
		if recover() != nil {
			o = outcome{"x", "panics"}
		}
	}()
	if ready() {
		return outcome{"3", "works"}
	}
	return outcome{"2", "waits"}
}

// channels tries send, receive and close on four kinds of channel.
func channels() Picture {
	kinds := []struct {
		name string
		make func() chan int
	}{
		{"nil", func() chan int { return nil }},
		{"empty", func() chan int { return make(chan int, 1) }},
		{"full", func() chan int { c := make(chan int, 1); c <- 7; return c }},
		{"closed", func() chan int { c := make(chan int, 1); close(c); return c }},
	}
	ops := []struct {
		name string
		do   func(chan int) bool
		more []string
	}{
		{"c <- v", func(c chan int) bool {
			select {
			case c <- 1:
				return true
			default:
				return false
			}
		}, []string{"forever", "", "for room", ""}},
		{"<-c", func(c chan int) bool {
			select {
			case <-c:
				return true
			default:
				return false
			}
		}, []string{"forever", "for a value", "", "gives zero"}},
		{"close(c)", func(c chan int) bool { close(c); return true }, []string{"", "", "values stay", ""}},
	}
	c := newCanvas(270)
	const left, top, width, height = 88.0, 52.0, 80.0, 54.0
	for i, k := range kinds {
		c.text(left+width*(float64(i)+.5), top-12, "mid bold", "%s", k.name)
	}
	var words []string
	for j, op := range ops {
		y := top + height*float64(j)
		c.text(14, y+30, "mono", "%s", op.name)
		for i, k := range kinds {
			ch := k.make()
			o := try(func() bool { return op.do(ch) })
			x := left + width*float64(i)
			c.rect(x+1, y, width-4, height-4, "b"+o.hue)
			c.text(x+width/2-1, y+22, "mid bold", "%s", o.word)
			c.text(x+width/2-1, y+40, "mid small", "%s", op.more[i])
			words = append(words, strings.TrimSpace(fmt.Sprintf("%s on a channel that is %s %s %s", op.name, k.name, o.word, op.more[i])))
		}
	}
	c.text(14, 240, "small quiet", "Empty and full: a channel made with room for one value.")
	c.text(14, 258, "small quiet", "Without room, each side waits for the other.")
	return Picture{Lesson: "lesson4", Name: "channels", Title: "What waits, what works, what panics",
		Desc: strings.Join(words, "; ") + ".", canvas: c}
}

// frontier follows a crawl: after each peer, how many are known and how many were
// asked.
func frontier() (Picture, error) {
	mix := []simnet.Share{{Character: simnet.Healthy, PerMille: 700}, {Character: simnet.EarlyClose, PerMille: 100}, {Character: simnet.Refusing, PerMille: 200}}
	network, err := simnet.NewMemory(simnet.Config{Peers: 60, Seed: 23, Mix: mix, Latency: [2]time.Duration{1, 2}})
	if err != nil {
		return Picture{}, err
	}
	defer network.Close()
	caller := crawl.Caller{Dialer: network, Limit: time.Minute, Version: crawl.Ours(time.Unix(1769991597, 0))}
	known, seeds := map[string]bool{}, []string{}
	learn := func(addresses []string) {
		for _, a := range addresses {
			if a, ok := crawl.Canonical(a); ok {
				known[a] = true
			}
		}
	}
	for _, node := range network.Nodes()[:3] {
		seeds = append(seeds, node.Addr.String())
	}
	learn(seeds)
	total := []int{len(known)} // after that many were asked
	crawl.Crawl(context.Background(), func(ctx context.Context, address string) (version.Version, []string, error) {
		v, told, err := caller.GetPeers(ctx, address)
		learn(told)
		total = append(total, len(known))
		return v, told, err
	}, seeds, 1, 1000)
	asked, most := len(total)-1, total[len(total)-1]
	const left, bottom, width, height = 52.0, 306.0, 350.0, 180.0
	c := newCanvas(386)
	for i, s := range []struct{ hue, word string }{{"2", "queue"}, {"4", "being asked"}, {"3", "asked"}} {
		x := 14 + 138*float64(i)
		c.box(x, 20, 114, 34, "b"+s.hue, "bold", "%s", s.word)
		if i > 0 {
			c.arrow(x-22, 37, x-3, 37, "5", "thick")
		}
	}
	c.path("l5 thick", "M%v 58v22H71v-17", 209.0)
	c.head(71, 56, 0, -1, "5")
	c.text(140, 97, "mid small", "names new ones")
	x := func(n int) float64 { return left + width*float64(n)/float64(asked) }
	y := func(n int) float64 { return bottom - height*float64(n)/float64(most) }
	var top strings.Builder
	fmt.Fprintf(&top, "M%s %s", num(x(0)), num(y(0)))
	for n, k := range total {
		fmt.Fprintf(&top, "L%s %s", num(x(n)), num(y(k)))
	}
	c.path("b2", "%v", top.String()+fmt.Sprintf("L%v %vZ", num(x(0)), num(y(0))))
	c.path("b3", "M%v %vL%v %vL%v %vZ", x(0), y(0), x(asked), y(asked), x(asked), y(0))
	c.line(left, bottom, left+width, bottom, "rule")
	c.line(left, bottom, left, bottom-height, "rule")
	c.text(left-6, y(most)+5, "end small", "%d", most)
	c.text(left-6, bottom+4, "end small", "0")
	c.text(x(asked), bottom+20, "end small", "%d", asked)
	c.text(left, bottom+20, "small quiet", "peers asked so far")
	c.text(left+width*.26, y(most)+height*.36, "mid bold", "in the queue")
	c.text(left+width*.70, bottom-height*.24, "mid bold", "asked")
	c.circle(x(asked), y(most), 5, "fx")
	c.text(14, bottom+46, "", "The crawl ends when the queue is empty")
	c.text(14, bottom+66, "", "and nobody is being asked.")
	return Picture{Lesson: "lesson4", Name: "frontier", Title: "A crawl: the queue grows, then empties",
		Desc: fmt.Sprintf("Addresses go from the queue to being asked to asked, and those who answer name new ones, which go into the queue. A crawl of a small simulated network from %d addresses: "+
			"%d addresses are known in the end, and all of them were asked.", total[0], most), canvas: c}, nil
}

// race is how two additions count once.
func race() Picture {
	c := newCanvas(330)
	const a, mid, b = 80.0, 210.0, 340.0
	c.text(a, 28, "mid bold f1", "goroutine A")
	c.text(mid, 28, "mid bold", "count")
	c.text(b, 28, "mid bold f2", "goroutine B")
	for _, x := range []float64{a, b} {
		c.line(x, 38, x, 262, "rule")
	}
	count, ra, rb := 7, 0, 0
	value := func(y float64) { c.box(mid-22, y-15, 44, 30, "plain", "mono bold", "%d", count) }
	value(56)
	steps := []struct {
		who   string
		reads bool
	}{{"A", true}, {"B", true}, {"A", false}, {"B", false}}
	for i, s := range steps {
		y := 104 + 46*float64(i)
		x, reg, hue := a, &ra, "1"
		edge := mid - 26
		if s.who == "B" {
			x, reg, hue, edge = b, &rb, "2", mid+26
		}
		if s.reads {
			*reg = count
			c.arrow(edge, y, x+(edge-x)*.08, y, hue, "thick")
			c.text((x+edge)/2, y-7, "mid small", "reads %d", *reg)
		} else {
			count = *reg + 1
			c.arrow(x+(edge-x)*.08, y, edge, y, hue, "thick")
			c.text((x+edge)/2, y-7, "mid small", "writes %d", count)
		}
		value(y)
	}
	c.text(18, 292, "", "Each has added 1 to 7, and the count is %d.", count)
	c.text(18, 314, "small quiet", "count++ is a read and a write, and B came in between.")
	return Picture{Lesson: "lesson4", Name: "race", Title: "Two additions that count once",
		Desc: fmt.Sprintf("Two goroutines run count++ at the same time. A reads 7, B reads 7, A writes 8, B writes 8. After two additions the count is %d instead of 9.", count), canvas: c}
}
