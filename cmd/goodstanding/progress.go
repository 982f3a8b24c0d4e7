package main

import (
	"io"
	"os"
	"time"

	"github.com/cheggaaa/pb/v3"
	"golang.org/x/term"

	"goodstanding/monitor/exports"
)

// progress shows on a terminal how far a pass over a file is, once it has taken more than a second. Nothing else sees it:
// a pipe or a log gets no bar.
type progress struct {
	out io.Writer // nil: no terminal
	now func() time.Time
	bar *pb.ProgressBar // nil: none is shown
}

// barAfter is how long a pass takes before people want to know how far it is.
const barAfter = time.Second

const barForm = `{{string . "doing"}} {{counters . }} {{bar . "[" "=" ">" " " "]"}} {{percent . }} {{rtime . "%s left" "%s" ""}}`

// newProgress makes the progress of a command that writes its messages to out.
func newProgress(out io.Writer) *progress {
	p := &progress{now: time.Now}
	if f, ok := out.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		p.out = out
	}
	return p
}

// watch is an observer: it begins a pass.
func (p *progress) watch(doing, name string) exports.Watch {
	p.end()
	if p.out == nil {
		return nil
	}
	began := p.now()
	return func(read, size int64) error {
		switch {
		case p.bar != nil:
			p.bar.SetTotal(size).SetCurrent(read)
		case p.now().Sub(began) >= barAfter:
			p.bar = pb.ProgressBarTemplate(barForm).New(0).Set(pb.Bytes, true).Set(pb.CleanOnFinish, true).Set("doing", doing+" "+name).
				SetTotal(size).SetCurrent(read).SetRefreshRate(200 * time.Millisecond).SetWriter(p.out).Start()
		}
		return nil
	}
}

// end takes the bar off the screen.
func (p *progress) end() {
	if p.bar != nil {
		p.bar.Finish()
		p.bar = nil
	}
}
