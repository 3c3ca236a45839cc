// Class makes up a class of submissions of lesson 1, for measurements:
//
//	go run ./checker/internal/synthetic/class -n 500 FOLDER
package main

import (
	"flag"
	"fmt"
	"os"

	"nodebook/checker/internal/author"
	"nodebook/checker/internal/synthetic"
)

func main() {
	n := flag.Int("n", 500, "submissions")
	seed := flag.Uint64("seed", 1, "what the class is drawn from")
	root := flag.String("root", ".", "the checkout")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: class [-n 500] [-seed 1] folder")
		os.Exit(2)
	}
	repo, err := author.Open(*root)
	if err == nil {
		_, err = synthetic.Write(flag.Arg(0), synthetic.Options{Repo: repo, Attacks: *root + "/checker/internal/grade/testdata/attacks", N: *n, Seed: *seed})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "class:", err)
		os.Exit(2)
	}
}
