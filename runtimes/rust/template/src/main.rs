mod server;

use server::{Request, Response};
use std::env;

fn main() -> std::io::Result<()> {
    server::serve(handle)
}

/// Gets every request: /funko/NAME/some/path?name=Ada arrives here as /some/path?name=Ada.
fn handle(request: &Request) -> Response {
    let name = match request.method.as_str() {
        "POST" => String::from_utf8_lossy(&request.body).trim().to_string(),
        _ => request.query("name").unwrap_or_default(),
    };
    let name = if name.is_empty() { "world" } else { &name };
    let greeting = env::var("GREETING").unwrap_or_else(|_| "Hello".to_string());
    Response::text(200, format!("{greeting}, {name}!\n"))
}
