// Package kernel is a Jupyter kernel: it runs the cells of a notebook as the
// browser's workbook does, and the exercises in them with the checker.
//
// It speaks version 5.4 of the Jupyter messaging protocol
// (https://jupyter-client.readthedocs.io/en/stable/messaging.html). The front end
// starts "checker kernel CONNECTION-FILE"; the file names five ports on loopback and
// a key. Each message is signed with HMAC-SHA256 under that key, and a message with
// another signature is dropped.
//
//	channel   socket   carries
//	shell     ROUTER   execute, complete, inspect, is_complete, history, kernel_info
//	control   ROUTER   interrupt, shutdown: answered while a cell runs
//	stdin     ROUTER   input_request, when a cell waits for a line
//	iopub     PUB      output, status, pictures: to every front end
//	heartbeat REP      each message is sent back
//
// A cell of the notebook is a cell of package cell, with its limits and engines.
// Lines that start with % are for the checker: see magic.go.
//
// The files: connection reads the file, message signs and parses, sockets moves
// messages, kernel answers requests, execute runs cells, display turns what a cell
// shows into MIME types, magic checks exercises.
package kernel
