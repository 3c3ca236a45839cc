// Package relocate moves what a learner wrote when a lesson's folders change.
//
// Lesson 5 became lessons 5 and 6: functions of lessons/lesson5/chain now belong
// in lessons/lesson6/consensus, lessons/lesson5/p2p is lessons/lesson6/p2p, and
// some of the programs went with them.
//
//	decl.go     the declarations of a file, also of one that does not compile
//	rewrite.go  edits of a declaration: package names, methods that are functions now
//	split.go    what went where
//	plan.go     where each of the learner's declarations goes
//	own.go      where the learner's own helpers are needed: in one package or in both
//	whole.go    files that move as they are, tests for example
//	write.go    the text of the new files
//	imports.go  their imports
//	check.go    what does not compile in its new place, and so stays out
//	move.go     the workbook's files: a copy of everything first, then the change
//
// Nothing is dropped. A declaration that cannot be placed goes into not-placed.txt
// in the folder where it belongs, and all files as they were are kept below
// [Before].
package relocate
