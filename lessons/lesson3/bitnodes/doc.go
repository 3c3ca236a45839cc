// Package bitnodes asks the bitnodes API which Bitcoin nodes there are.
//
// The API is run by a crawler that has shaken hands with every node it could
// find. Its answer is a snapshot, one JSON document:
//
//	{
//	  "timestamp": 1769991597,              Unix seconds
//	  "total_nodes": 24672,
//	  "latest_height": 934662,
//	  "nodes": {
//	    "198.18.0.7:8333": [70016, "/Satoshi:30.0.0/", 1769990898, 3081, 934661],
//	    ...
//	  }
//	}
//
// This package takes it apart in layers, so that one bad row costs one row:
//
//	FetchSnapshot  the document: its three numbers, and "nodes" as it came
//	Nodes          "nodes" cut into rows, each still as it came
//	Addresses      the keys: where to dial
//	DecodeRow      one row: what the crawler was told there
//
// A row had 13 fields until November 2025 and has 5 since. Nothing in a
// snapshot can be relied on: a user agent is whatever a stranger chose to send.
package bitnodes
