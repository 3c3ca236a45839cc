// Package outside judges a learner's package from another process.
package outside
