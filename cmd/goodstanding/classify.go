package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/fatih/color"
	"github.com/spf13/cobra"

	"goodstanding/monitor"
	"goodstanding/monitor/causes"
)

// readingJSON is what classify --json prints of one line.
type readingJSON struct {
	Language string        `json:"language"`
	Causes   []string      `json:"causes"`
	Because  []becauseJSON `json:"because"`
}

type becauseJSON struct {
	Cause string `json:"cause"`
	Words string `json:"words"`
}

func (a *app) classifyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "classify [FILE...]",
		Short: "Say what buyers complain of: comments, one a line",
		Long: `Reads comments, one a line, from the files or from standard input, and says of each what it complains of and the buyer's
own words that decide it. It reads ` + strings.Join(causes.Languages(), ", ") + `, and finds out which by itself.
The causes are ` + causeNames() + `.
Phrases of your own go into the configuration, section [[complaints]]; nothing is kept.`,
		Example: `  echo "Sold as new but clearly used, and two screws are missing" | goodstanding classify
  goodstanding classify --json comments.txt | jq -c .causes`,
		Args: cobra.ArbitraryArgs,
	}
	asJSON := cmd.Flags().Bool("json", false, "print one JSON object a line: language, causes, because")
	language := cmd.Flags().String("language", "", "the language where a comment does not tell by itself, such as de")
	marketplace := cmd.Flags().String("marketplace", "", "the same by where it was sold, such as Amazon.de")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		hint := *language
		if hint != "" && !slices.Contains(causes.Languages(), hint) {
			return usageOf(cmd, fmt.Errorf("--language %q is not read; write one of %s", hint, strings.Join(causes.Languages(), ", ")))
		}
		if *marketplace != "" {
			m, ok := monitor.ParseMarketplace(*marketplace)
			if !ok {
				return usageOf(cmd, fmt.Errorf("--marketplace %q is none; write it as the exports do, such as Amazon.com or Amazon.de", *marketplace))
			}
			if hint == "" {
				hint = causes.LanguageOf(m)
			}
		}
		cfg, err := a.config()
		if err != nil {
			return err
		}
		reader, err := causes.New(cfg.extraPhrases()...)
		if err != nil {
			return err
		}
		buffered := bufio.NewWriterSize(a.out, 1<<16)
		show := a.showReading(buffered)
		if *asJSON {
			show = showReadingJSON(buffered)
		}
		each := func(text string) error { return show(text, reader.Read(text, hint)) }
		if len(args) == 0 {
			args = []string{"-"}
		}
		for _, name := range args {
			if err := classifyFile(cmd.InOrStdin(), name, each); err != nil {
				return errors.Join(err, buffered.Flush())
			}
		}
		return buffered.Flush()
	}
	return cmd
}

func causeNames() string {
	var names []string
	for _, c := range monitor.Causes() {
		names = append(names, string(c))
	}
	return strings.Join(names, ", ")
}

// classifyFile gives every line of a file, or of standard input, to each.
func classifyFile(stdin io.Reader, name string, each func(text string) error) (err error) {
	in := stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return fmt.Errorf("classify: %w", err)
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		in = f
	}
	r := bufio.NewReaderSize(in, 1<<16)
	for {
		line, end, err := longLine(r)
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("classify: read the comments: %w", err)
		}
		if errors.Is(err, io.EOF) && !end && line == "" {
			return nil
		}
		if err := each(strings.TrimSuffix(line, "\r")); err != nil {
			return err
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
	}
}

// maxLine is how much of a line is kept: more than the reader looks at.
const maxLine = 1 << 20

// longLine reads a line without its end; what is longer than maxLine is left out. The end is whether it had one.
func longLine(r *bufio.Reader) (line string, end bool, err error) {
	var b []byte
	for {
		part, err := r.ReadSlice('\n')
		if n := len(part); n > 0 && part[n-1] == '\n' {
			part, end = part[:n-1], true
		}
		b = append(b, part[:min(len(part), maxLine-len(b))]...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return string(b), end, err
		}
	}
}

// showReadingJSON prints one object a comment; that of an empty line has no causes.
func showReadingJSON(w io.Writer) func(string, causes.Reading) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return func(_ string, r causes.Reading) error {
		j := readingJSON{Language: r.Language, Causes: []string{}, Because: []becauseJSON{}}
		for _, c := range r.Causes() {
			j.Causes = append(j.Causes, string(c))
		}
		for _, b := range r.Because {
			j.Because = append(j.Because, becauseJSON{string(b.Cause), b.Words})
		}
		return enc.Encode(j)
	}
}

// showReading prints for people: the causes with the words that decided them, above the comment.
func (a *app) showReading(w io.Writer) func(string, causes.Reading) error {
	p := newPrinter(a.out, a.env)
	p.w = w
	return func(text string, r causes.Reading) error {
		if len(r.Because) == 0 {
			return p.err
		}
		for i, b := range r.Because {
			switch {
			case b.Cause == monitor.CauseOther:
				p.printf("%s\n", b.Cause)
			case i > 0 && r.Because[i-1].Cause == b.Cause:
				p.printf("%-17s “%s”\n", "", clean(b.Words))
			default:
				p.printf("%s “%s”\n", p.paint(fmt.Sprintf("%-17s", b.Cause), color.Bold), clean(b.Words))
			}
		}
		p.wrapped("  ", "  ", text)
		p.printf("\n")
		return p.err
	}
}
