package main

import (
	"flag"
	"fmt"

	"nodebook/fixtures/networks"
	"nodebook/lessons/lesson1/framing"
	"nodebook/lessons/lesson6/p2p"
)

// toy is the name of this lesson's network.
const toy = "toyc"

// networkFlag declares the flag that names the network whose magic the nodes use.
func networkFlag(f *flag.FlagSet) *string {
	return f.String("network", toy, "use the magic of the network of this `name`: "+toy+", "+networks.Names()+". The blocks stay toy ones")
}

// networkNamed finds a network's magic, and what may help if a peer hangs up on it.
func networkNamed(name string) (magic framing.Magic, hint string, err error) {
	if name == toy {
		return p2p.Magic, "a node hangs up on the magic of another network, and ours is " + toy + "'s: try -network (" + toy + ", " + networks.Names() + ")", nil
	}
	n, err := networks.Find(name)
	if err != nil {
		return 0, "", fmt.Errorf("-network: %w\nhint: %s is this lesson's own", err, toy)
	}
	return framing.Magic(n.Number()), n.Hint(), nil
}
