package gradebook

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// batch writes a results.json and returns its folder.
func batch(t *testing.T, name, submissions string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.Mkdir(dir, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "results.json"), []byte(`{"schema":"nodebook/grade/1","submissions":[`+submissions+`]}`), 0o644))
	return dir
}

// class is two batches: Ada in both, under names that only her id joins; Bob whose
// second was not judged; Cyd, with an accent that macOS took apart, in the second.
func class(t *testing.T) *Book {
	t.Helper()
	b, err := Read([]string{
		batch(t, "lesson1", `{"name":"Ada Lovelace_1234_assignsubmission_file","id":"s7","full_name":"Ada Lovelace","points":9.5,"out_of":13},
			{"name":"bob","full_name":"Bob Hash","id":"s8","points":13,"out_of":13}`),
		batch(t, "lesson2", `{"name":"ada-again","id":"s7","full_name":"Ada Lovelace","points":7,"out_of":10},
			{"name":"bob","id":"s8","full_name":"Bob Hash","error":"disk full","out_of":0},
			{"name":"re`+"\u0301"+`my","points":0,"out_of":10}`),
	})
	require.NoError(t, err)
	return b
}

func TestBook(t *testing.T) {
	b := class(t)
	var csv, table bytes.Buffer
	require.NoError(t, b.CSV(&csv))
	require.Equal(t, `submission,id,name,lesson1,lesson2,total
out of,,,13,10,23
ada-again,s7,Ada Lovelace,9.5,7,16.5
bob,s8,Bob Hash,13,internal error,
re`+"\u0301"+`my,,,,0,0
`, csv.String())
	b.Table(&table)
	require.Contains(t, table.String(), "Bob Hash")
	require.Regexp(t, `Ada Lovelace +9\.5 +7 +16\.5\n`, table.String())
	require.Regexp(t, `Bob Hash +13 +internal error +-\n`, table.String())
}

func TestRead_refuses(t *testing.T) {
	good := `{"name":"ada","id":"s7","out_of":1}`
	twice := batch(t, "a", good+`,{"name":"ada2","id":"s7","out_of":1}`)
	_, err := Read([]string{twice})
	require.ErrorContains(t, err, `the id "s7" belongs to two submissions, "ada" and "ada2"`)
	_, err = Read([]string{batch(t, "grades", good), batch(t, "grades", good)})
	require.ErrorContains(t, err, `two of the folders are called "grades"`)
	_, err = Read([]string{t.TempDir()})
	require.ErrorIs(t, err, os.ErrNotExist)
	other := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(other, "results.json"), []byte(`{"schema":"x/2"}`), 0o644))
	_, err = Read([]string{other})
	require.ErrorContains(t, err, `its schema is "x/2"`)
}

// Moodle's worksheet: found by the participant's number, by name; the marks are
// scaled to the maximum; who has no mark keeps the cell; the byte order mark stays.
func TestFill_moodle(t *testing.T) {
	const head = "\uFEFF" + `Identifier,"Full name","Email address",Status,Grade,"Maximum Grade","Grade can be changed","Feedback comments"` + "\n"
	out, notes, err := class(t).Fill([]byte(head +
		"Participant 1234,A. Lovelace,al@example.org,Submitted,,100.00,Yes,\n" +
		"Participant 2,Bob Hash,bh@example.org,Submitted,3,100.00,Yes,good\n" +
		"Participant 3,RÉMY,r@example.org,Submitted,1,100.00,No,\n" +
		"Participant 4,Nobody Here,n@example.org,No submission,,100.00,Yes,\n"))
	require.NoError(t, err)
	// The name of what Ada handed in first has her number.
	require.Equal(t, []string{
		"line 5: Nobody Here has handed in nothing",
		"the marks, out of 23, are scaled to 100",
		"line 4: rémy: Moodle says that the grade cannot be changed, and it was not",
	}, composed(notes))
	require.Contains(t, string(out), "Participant 1234,A. Lovelace,al@example.org,Submitted,71.74,100.00,Yes,\n")
	require.Contains(t, string(out), "Participant 2,Bob Hash,bh@example.org,Submitted,3,100.00,Yes,good\n")

	first, err := Read([]string{batch(t, "lesson1", `{"name":"Ada Lovelace_1234_assignsubmission_file","points":9.5,"out_of":13}`)})
	require.NoError(t, err)
	out, notes, err = first.Fill([]byte(head + "Participant 1234,A. Lovelace,al@example.org,Submitted,,100.00,Yes,\n"))
	require.NoError(t, err)
	require.Equal(t, []string{"the marks, out of 13, are scaled to 100"}, notes)
	require.Equal(t, head+"Participant 1234,A. Lovelace,al@example.org,Submitted,73.08,100.00,Yes,\n", string(out))
}

// Canvas: a column that is there is filled and scaled, one that is not is added
// with what it is worth; lines of no learner stay.
func TestFill_canvas(t *testing.T) {
	out, notes, err := class(t).Fill([]byte(`Student,ID,SIS User ID,SIS Login ID,Section,Lesson1 (4711),Final Score
,,,,,Manual Posting,
    Points Possible,,,,,26.0,(read only)
"Lovelace, Ada",10,s7,ada@example.org,A,,50
"Hash, Bob",11,,bob,A,4,50
"Student, Test",12,,x,A,,
`))
	require.NoError(t, err)
	require.Equal(t, `Student,ID,SIS User ID,SIS Login ID,Section,Lesson1 (4711),Final Score,lesson2
,,,,,Manual Posting,
    Points Possible,,,,,26.0,(read only),10
"Lovelace, Ada",10,s7,ada@example.org,A,19,50,7
"Hash, Bob",11,,bob,A,26,50
"Student, Test",12,,x,A,,
`, strings.ReplaceAll(string(out), "\r", ""))
	require.Equal(t, []string{"the marks of lesson1, out of 13, are scaled to 26", "rémy has no line in the file"}, composed(notes))
}

func TestFill_classroom(t *testing.T) {
	out, notes, err := class(t).Fill([]byte("Last Name;First Name;Email Address;lesson1\n;;Date;2026-01-02\n;;Points;13\nLovelace;Ada;s7@example.org;\nHash;Bob;b@example.org;\n"))
	require.NoError(t, err)
	require.Contains(t, string(out), "Lovelace;Ada;s7@example.org;9.5;7\n")
	require.Contains(t, string(out), "Hash;Bob;b@example.org;13\n")
	require.Equal(t, []string{"rémy has no line in the file"}, composed(notes))

	out, notes, err = class(t).Fill([]byte("Last Name,First Name,Email Address,lesson1\nDate,,,2026-01-02\nPoints,,,26\nLovelace,Ada,s7@example.org,\nHash,Bob,b@example.org,\n"))
	require.NoError(t, err)
	require.Contains(t, string(out), "Date,,,2026-01-02\nPoints,,,26,10\nLovelace,Ada,s7@example.org,19,7\n")
	require.Equal(t, []string{"the marks of lesson1, out of 13, are scaled to 26", "rémy has no line in the file"}, composed(notes))
}

// Two learners of one name are nobody's guess, and neither are two lines of one learner.
func TestFill_unclear(t *testing.T) {
	b, err := Read([]string{batch(t, "l", `{"name":"k1","full_name":"Kim Lee","points":1,"out_of":1},{"name":"k2","full_name":"Kim Lee","points":0,"out_of":1},{"name":"ada","points":1,"out_of":1}`)})
	require.NoError(t, err)
	out, notes, err := b.Fill([]byte("Student,ID,Section,l\nKim Lee,1,A,\nada,2,A,\nAda,3,A,5\n"))
	require.NoError(t, err)
	require.Contains(t, string(out), "Kim Lee,1,A,\nada,2,A,1\nAda,3,A,5\n")
	require.Equal(t, []string{"line 2: Kim Lee may be k1 or k2: the line was left as it was", "line 4: Ada is ada, as line 3 is: the line was left as it was",
		"k1 has no line in the file", "k2 has no line in the file"}, notes)
}

// Moodle gives a learner another number in each assignment, so the full name joins
// two of them. If two learners have one name, only a roster can, and nothing is written.
func TestFill_moodleTwoAssignments(t *testing.T) {
	b, err := Read([]string{
		batch(t, "lesson1", `{"name":"Ada Lovelace_11_assignsubmission_file","points":10,"out_of":10},{"name":"Jan Novák_12_assignsubmission_file","points":10,"out_of":10},
			{"name":"Jan Novák_13_assignsubmission_file","points":1,"out_of":10},{"name":"Zoë OBrien_14_assignsubmission_file_work","points":5,"out_of":10},
			{"name":"Kim Lee_15_assignsubmission_file","points":10,"out_of":10}`),
		batch(t, "lesson3", `{"name":"Ada Lovelace_21_assignsubmission_file_","points":8,"out_of":10},{"name":"Jan Novák_22_assignsubmission_file","points":10,"out_of":10},
			{"name":"Jan Novák_23_assignsubmission_file","points":1,"out_of":10},{"name":"Kim Lee_26_assignsubmission_file","points":10,"out_of":10}`),
	})
	require.NoError(t, err)
	require.Len(t, b.Students, 7)
	out, notes, err := b.Fill([]byte(`Identifier,"Full name",Grade,"Maximum Grade"
"Participant 21","Ada Lovelace",,20.00
"Participant 22","Jan Novák",,20.00
"Participant 23","Jan Novák",,20.00
"Participant 24","Zoë O'Brien",,20.00
"Participant 25","Kim Lee",,20.00
"Participant 26","Kim Lee",,20.00
`))
	require.NoError(t, err)
	require.Equal(t, `Identifier,"Full name",Grade,"Maximum Grade"
"Participant 21","Ada Lovelace",18,20.00
"Participant 22","Jan Novák",,20.00
"Participant 23","Jan Novák",,20.00
"Participant 24","Zoë O'Brien",5,20.00
"Participant 25","Kim Lee",,20.00
"Participant 26","Kim Lee",,20.00
`, string(out))
	require.Equal(t, []string{
		"line 3: Jan Novák: nothing says which of this name it is in the other batches: give each batch a roster with ids; the line was left as it was",
		"line 4: Jan Novák: nothing says which of this name it is in the other batches: give each batch a roster with ids; the line was left as it was",
		"line 6: Kim Lee has handed in nothing",
		"line 7: Kim Lee: two lines have this name, and the batches do not say which is whose: give each a roster with ids; the line was left as it was",
		"Jan Novák_12_assignsubmission_file has no line in the file",
		"Jan Novák_13_assignsubmission_file has no line in the file",
	}, notes)
}

// Canvas gives each file another number, and each learner always the same; what the
// learner calls the file claims nobody's line.
func TestFill_canvasTwoAssignments(t *testing.T) {
	b, err := Read([]string{
		batch(t, "lesson1", `{"name":"lovelaceada_LATE_10_501_work","points":10,"out_of":10},{"name":"kingjrmartin_11_502_x_12","points":1,"out_of":10}`),
		batch(t, "lesson3", `{"name":"lovelaceada_10_601_work-1","points":8,"out_of":10},{"name":"nováktim_13_602_a","points":2,"out_of":10},{"name":"nováktim_13_603_b","points":3,"out_of":10}`),
	})
	require.NoError(t, err)
	require.Equal(t, []string{"lesson3: nováktim_13_602_a and nováktim_13_603_b are one learner's: keep one of them among the submissions, and grade again"}, b.Notes)
	out, notes, err := b.Fill([]byte(`Student,ID,Section,lesson1 (1 of 2) (47),lesson1 (48),lesson3 (49)
    Points Possible,,,10,10,10
"King, Jr., Martin",11,A,,,
"Lovelace, Ada",10,A,,,
"Nothing, Nils",12,A,,,
"Novák, Tim",13,A,,,
`))
	require.NoError(t, err)
	require.Equal(t, `Student,ID,Section,lesson1 (1 of 2) (47),lesson1 (48),lesson3 (49)
    Points Possible,,,10,10,10
"King, Jr., Martin",11,A,,1,
"Lovelace, Ada",10,A,,10,8
"Nothing, Nils",12,A,,,
"Novák, Tim",13,A,,,
`, string(out))
	require.Equal(t, []string{
		"line 5: Nils Nothing has handed in nothing",
		"line 6: Tim Novák may be nováktim_13_602_a or nováktim_13_603_b: the line was left as it was",
		"nováktim_13_602_a has no line in the file", "nováktim_13_603_b has no line in the file",
	}, notes)

	out, notes, err = b.Fill([]byte("Student,ID,Section,lesson1 (47),lesson1 (48),lesson3 (49)\n\"Lovelace, Ada\",10,A,,,\n"))
	require.NoError(t, err)
	require.Contains(t, string(out), `"Lovelace, Ada",10,A,,,8`)
	require.Contains(t, notes, `more than one column is called lesson1: nothing was written; give the folder of results the column's whole name, such as "lesson1 (48)"`)
}

// A name finds a line only if it is one line's, and a number on a later line comes
// before a name on an earlier one.
func TestFill_names(t *testing.T) {
	b, err := Read([]string{batch(t, "l", `{"name":"kimlee_7_501_work","full_name":"Kim Lee","points":1,"out_of":1},{"name":"x","full_name":"Martin King, Jr.","points":1,"out_of":1},{"name":"8","full_name":"Ada","points":1,"out_of":1}`)})
	require.NoError(t, err)
	out, notes, err := b.Fill([]byte("Student,ID,Section,l\n\"Lee, Kim\",6,A,\n\"Lee, Kim\",7,A,\n\"King, Jr., Martin\",9,A,\nAda,5,A,\nEve,8,A,\n"))
	require.NoError(t, err)
	require.Equal(t, "Student,ID,Section,l\n\"Lee, Kim\",6,A,\n\"Lee, Kim\",7,A,1\n\"King, Jr., Martin\",9,A,1\nAda,5,A,\nEve,8,A,1\n", string(out))
	require.Equal(t, []string{"line 2: Kim Lee has handed in nothing", "line 5: Ada is 8, as line 6 is: the line was left as it was"}, notes)

	b, err = Read([]string{batch(t, "l", `{"name":"k1","full_name":"Kim Lee","points":1,"out_of":1}`)})
	require.NoError(t, err)
	out, notes, err = b.Fill([]byte("Student,ID,Section,l\n\"Lee, Kim\",6,A,\n\"Lee, Kim\",7,A,\n"))
	require.NoError(t, err)
	require.Equal(t, "Student,ID,Section,l\n\"Lee, Kim\",6,A,\n\"Lee, Kim\",7,A,\n", string(out))
	require.Equal(t, "line 2: 2 lines have the name Kim Lee, and nothing else says which of them is whose: the line was left as it was", notes[0])
}

// All but the marks stays, byte for byte: the byte order mark, quotes that nobody
// needs, the ends of lines, also those in a cell, and a last line without one.
func TestFill_bytes(t *testing.T) {
	b, err := Read([]string{batch(t, "new, column", `{"name":"ada","points":0.5,"out_of":1},{"name":"bob","points":1,"out_of":1}`)})
	require.NoError(t, err)
	out, _, err := b.Fill([]byte("\uFEFFStudent,\"ID\",Section\r\n\r\n    Points Possible,,\r\n\"ada\",\"1\",\"two\r\n\"\"lines\"\"\"\r\nbob,2,"))
	require.NoError(t, err)
	require.Equal(t, "\uFEFFStudent,\"ID\",Section,\"new, column\"\r\n\r\n    Points Possible,,,1\r\n\"ada\",\"1\",\"two\r\n\"\"lines\"\"\",0.5\r\nbob,2,,1", string(out))
	for end := range len(out) { // no part of it makes the reader lose its way
		if got, err := readTable(out[:end]); err == nil {
			require.Equal(t, string(out[:end]), string(got.bytes()))
		}
	}
}

// A zero that may come of how the work was handed in is not one to pass on unseen.
func TestRead_look(t *testing.T) {
	b, err := Read([]string{batch(t, "l", `{"name":"ada","look":true,"points":0,"out_of":1},{"name":"bob","look":true,"points":1,"out_of":1},{"name":"cyd","points":0,"out_of":1}`)})
	require.NoError(t, err)
	require.Equal(t, []string{"l: ada has no points, and something of it could not be graded as it was handed in: look at its notes there"}, b.Notes)
}

func TestFill_refuses(t *testing.T) {
	for _, text := range []string{"", "a,b\n1,2\n", "\uFEFF"} {
		_, _, err := class(t).Fill([]byte(text))
		require.ErrorIs(t, err, ErrPlatform, "%q", text)
	}
	_, _, err := class(t).Fill([]byte("Student,ID,Section\n\"broken\n"))
	require.ErrorContains(t, err, "line")
}

func composed(notes []string) []string {
	var all []string
	for _, n := range notes {
		all = append(all, strings.ReplaceAll(n, "e\u0301", "é"))
	}
	return all
}
