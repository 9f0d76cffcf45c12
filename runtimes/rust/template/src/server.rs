//! A small HTTP/1.1 server that needs no crates: one thread a connection. Replace it by a framework (axum, actix-web, …)
//! where you need more: a program must only listen on the port that PORT names, and finish what runs on SIGTERM.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering::SeqCst};
use std::{env, process, thread, time::Duration};

const MAX_HEAD_BYTES: u64 = 64 * 1024;
const MAX_BODY_BYTES: usize = 16 * 1024 * 1024;
const SIGTERM: i32 = 15;

pub type Handler = fn(&Request) -> Response;

pub struct Request {
    pub method: String,
    /// Without the query.
    pub path: String,
    query: String,
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Request {
    /// The header's value, whatever the case of its name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The query parameter's value, decoded.
    pub fn query(&self, name: &str) -> Option<String> {
        let pairs = self.query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        pairs.map(|(key, value)| (decode(key), decode(value))).find(|(key, _)| key == name).map(|(_, value)| value)
    }
}

pub struct Response {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Response {
    pub fn text(status: u16, text: impl Into<String>) -> Response {
        let headers = vec![("Content-Type".to_string(), "text/plain; charset=utf-8".to_string())];
        Response { status, headers, body: text.into().into_bytes() }
    }
}

/// How many requests are being answered.
static RUNNING: AtomicUsize = AtomicUsize::new(0);
/// What the signal handler writes to.
static STOP: AtomicI32 = AtomicI32::new(-1);

/// Serves until SIGTERM, then finishes the requests that run.
pub fn serve(handler: Handler) -> io::Result<()> {
    let mut stopped = on_sigterm()?;
    let port = env::var("PORT").unwrap_or_else(|_| "3000".to_string());
    let listener = TcpListener::bind(format!("0.0.0.0:{port}"))?;
    println!("Listening on port {port}");
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || converse(stream, handler));
        }
    });
    stopped.read_exact(&mut [0])?;
    println!("Stopping: finishing {} request(s)", RUNNING.load(SeqCst));
    while RUNNING.load(SeqCst) > 0 {
        thread::sleep(Duration::from_millis(10));
    }
    process::exit(0)
}

/// Answers the requests of a connection, one after the other.
fn converse(stream: TcpStream, handler: Handler) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    loop {
        let request = match read_request(&mut reader)? {
            Ok(Some(request)) => request,
            Ok(None) => return Ok(()),
            Err(refusal) => return write_response(&stream, &refusal, true),
        };
        RUNNING.fetch_add(1, SeqCst);
        let close = request.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
        // What panicked is in the log by now; it costs this request only.
        let response = catch_unwind(AssertUnwindSafe(|| handler(&request)))
            .unwrap_or_else(|_| Response::text(500, "Internal Server Error\n"));
        let written = write_response(&stream, &response, close);
        RUNNING.fetch_sub(1, SeqCst);
        written?;
        if close {
            return Ok(());
        }
    }
}

/// The next request; none if the client has closed the connection. What is refused is answered, and ends the connection.
fn read_request(reader: &mut BufReader<TcpStream>) -> io::Result<Result<Option<Request>, Response>> {
    let mut head = reader.take(MAX_HEAD_BYTES);
    let mut line = String::new();
    if head.read_line(&mut line)? == 0 {
        return Ok(Ok(None));
    }
    let mut words = line.split_whitespace().map(str::to_string);
    let (Some(method), Some(target)) = (words.next(), words.next()) else {
        return Ok(Err(Response::text(400, "Bad Request\n")));
    };
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        head.read_line(&mut line)?;
        match line.trim_end().split_once(':') {
            Some((name, value)) => headers.push((name.to_string(), value.trim().to_string())),
            None if line == "\r\n" || line == "\n" => break,
            None => return Ok(Err(Response::text(400, "Bad Request\n"))),
        }
    }
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let mut request =
        Request { method, path: path.to_string(), query: query.to_string(), headers, body: Vec::new() };
    if request.header("transfer-encoding").is_some() {
        return Ok(Err(Response::text(411, "Length Required\n")));
    }
    let length = request.header("content-length").map_or(Ok(0), str::parse::<usize>);
    match length {
        Ok(length) if length <= MAX_BODY_BYTES => request.body = vec![0; length],
        Ok(_) => return Ok(Err(Response::text(413, "Content Too Large\n"))),
        Err(_) => return Ok(Err(Response::text(400, "Bad Request\n"))),
    }
    reader.read_exact(&mut request.body)?;
    Ok(Ok(Some(request)))
}

fn write_response(mut stream: &TcpStream, response: &Response, close: bool) -> io::Result<()> {
    let mut bytes = format!("HTTP/1.1 {} \r\nContent-Length: {}\r\n", response.status, response.body.len());
    for (name, value) in &response.headers {
        bytes.push_str(&format!("{name}: {value}\r\n"));
    }
    bytes.push_str(if close { "Connection: close\r\n\r\n" } else { "\r\n" });
    stream.write_all(&[bytes.as_bytes(), &response.body].concat())
}

/// `%41` and `+` of a query.
fn decode(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let digits: Vec<u8> = rest.by_ref().take(2).collect();
                let code = std::str::from_utf8(&digits).ok().and_then(|code| u8::from_str_radix(code, 16).ok());
                bytes.push(code.unwrap_or(b'?'));
            }
            _ => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A stream that has a byte to read as soon as SIGTERM comes: a signal handler may do no more than write one.
fn on_sigterm() -> io::Result<UnixStream> {
    let (reader, writer) = UnixStream::pair()?;
    STOP.store(writer.as_raw_fd(), SeqCst);
    std::mem::forget(writer);
    // Safe: both are functions of the C library, which std is linked with, and the handler calls only write(2).
    unsafe { signal(SIGTERM, stop) };
    Ok(reader)
}

extern "C" fn stop(_signal: i32) {
    unsafe { write(STOP.load(SeqCst), [0u8].as_ptr(), 1) };
}

extern "C" {
    fn signal(number: i32, handler: extern "C" fn(i32)) -> usize;
    fn write(fd: i32, bytes: *const u8, count: usize) -> isize;
}
