// Serves a funko: the first process of its container. It answers /ping itself, gives every other request to the
// funko's Handler, and on SIGTERM finishes what runs before it ends.
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"
)

const (
	healthPath = "/ping"
	// Longer than the proxy keeps an idle connection, so that it never sends a request into one that just closed.
	keepAlive = 65 * time.Second
	// The proxy limits what a request's head may be.
	maxHeaderBytes = 1 << 20
	// So long a connection that is closed holds the process, until the client has all that was written: what a
	// container's network still holds when its last process ends is lost.
	lingerSeconds = 10
)

func serve(funko any) {
	handler, err := handlerOf(funko)
	if err != nil {
		fail(err)
	}
	server := &http.Server{
		Handler:        answering(handler),
		IdleTimeout:    keepAlive,
		MaxHeaderBytes: maxHeaderBytes,
		ConnContext:    lingering,
	}
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	listener, err := net.Listen("tcp", ":"+os.Getenv("PORT"))
	if err != nil {
		fail(err)
	}
	stopped := make(chan error, 1)
	go func() {
		<-stop.Done()
		cancel() // A second signal ends the process at once.
		fmt.Println("Stopping: finishing the requests in flight")
		stopped <- server.Shutdown(context.Background())
	}()
	fmt.Println("The funko listens on", listener.Addr())
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		fail(err)
	}
	if err := <-stopped; err != nil {
		fail(err)
	}
}

func handlerOf(funko any) (http.Handler, error) {
	switch handler := funko.(type) {
	case http.Handler:
		return handler, nil
	case func(http.ResponseWriter, *http.Request):
		return http.HandlerFunc(handler), nil
	case func() http.Handler:
		return handler(), nil
	case func() (http.Handler, error):
		return handler()
	}
	const allowed = "func(http.ResponseWriter, *http.Request), an http.Handler, or a func() that gives one"
	return nil, fmt.Errorf("Handler must be a %s; it is a %T", allowed, funko)
}

func fail(err error) {
	fmt.Fprintf(os.Stderr, "The funko can't start: %v.\n", err)
	os.Exit(1)
}

func lingering(ctx context.Context, connection net.Conn) context.Context {
	if tcp, ok := connection.(*net.TCPConn); ok {
		_ = tcp.SetLinger(lingerSeconds)
	}
	return ctx
}

// answering is the handler with what the runtime does for every funko.
func answering(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == healthPath {
			fmt.Fprintln(w, "OK")
			return
		}
		answer := &answer{ResponseWriter: w}
		defer answer.failed(r)
		handler.ServeHTTP(answer, r)
	})
}

// answer knows whether anything of it has been sent. It can do all that net/http's own can.
type answer struct {
	http.ResponseWriter
	begun bool
}

// failed answers 500 for a handler that panicked. What was begun can't be taken back: cutting the connection is the
// only way to say that it is not whole.
func (a *answer) failed(r *http.Request) {
	reason := recover()
	if reason == nil {
		return
	}
	if reason == http.ErrAbortHandler {
		panic(reason)
	}
	log.Printf("%s %s failed: %v\n%s", r.Method, r.URL.EscapedPath(), reason, debug.Stack())
	if a.begun {
		panic(http.ErrAbortHandler)
	}
	clear(a.Header())
	http.Error(a.ResponseWriter, "Internal Server Error", http.StatusInternalServerError)
}

func (a *answer) WriteHeader(status int) {
	a.begun = a.begun || status >= http.StatusOK || status == http.StatusSwitchingProtocols
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(bytes []byte) (int, error) {
	a.begun = true
	return a.ResponseWriter.Write(bytes)
}

func (a *answer) ReadFrom(source io.Reader) (int64, error) {
	a.begun = true
	return io.Copy(a.ResponseWriter, source)
}

func (a *answer) Flush() {
	a.begun = true
	_ = http.NewResponseController(a.ResponseWriter).Flush()
}

func (a *answer) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	a.begun = true
	return http.NewResponseController(a.ResponseWriter).Hijack()
}

// Unwrap lets an http.ResponseController reach the rest.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }
