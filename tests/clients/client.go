// SPDX-License-Identifier: LGPL-2.1-or-later

// A client of org.binfmtd made by another implementation of Varlink, from the interface that the daemon describes.
// client ADDRESS: says what it found, a line each.
package main

import (
	"context"
	"encoding/hex"
	"fmt"
	"os"

	"github.com/varlink/go/varlink"

	"orgbinfmtd"
)

func fail(what string, err error) {
	fmt.Println(what, "failed:", err)
	os.Exit(1)
}

func list(ctx context.Context, c *varlink.Connection) {
	receive, err := orgbinfmtd.List().Send(ctx, c, varlink.More)
	for err == nil {
		var format *orgbinfmtd.Format
		var flags uint64

		format, flags, err = receive(ctx)
		if err == nil {
			fmt.Println("format", format.Name, format.State)
		}
		if flags&varlink.Continues == 0 {
			break
		}
	}
	if err != nil {
		fail("List", err)
	}
}

func main() {
	ctx := context.Background()
	c, err := varlink.NewConnection(ctx, os.Args[1])
	if err != nil {
		fail("connecting", err)
	}
	defer c.Close()

	status, err := orgbinfmtd.GetStatus().Call(ctx, c)
	if err != nil {
		fail("GetStatus", err)
	}
	fmt.Println("status", status.Available, status.Enabled, status.Formats, status.States["registered"])

	list(ctx, c)

	format, definitions, _, interpreters, _, position, _, err := orgbinfmtd.Show().Call(ctx, c, "alpha")
	if err != nil {
		fail("Show", err)
	}
	fmt.Println("show", format.Name, definitions[0].Line, interpreters[0].Usable, *position)

	_, _, _, _, _, _, _, err = orgbinfmtd.Show().Call(ctx, c, "alpa")
	if unknown, ok := err.(*orgbinfmtd.NoSuchFormat); ok {
		fmt.Println("unknown", unknown.Name, *unknown.Suggestion)
	} else {
		fail("Show of a name that there is not", err)
	}

	formats, err := orgbinfmtd.Disable().Call(ctx, c, []string{"alpha"}, nil)
	if err != nil {
		fail("Disable", err)
	}
	fmt.Println("disabled", formats[0].State)

	explanation, err := orgbinfmtd.Explain().Call(ctx, c, "./x.beta", hex.EncodeToString([]byte{1, 2}))
	if err != nil {
		fail("Explain", err)
	}
	fmt.Println("explained", explanation.Verdict, *explanation.Steps[0].Name)
}
