require "http/server"
require "json"

class App
  include HTTP::Handler

  # /funko/NAME/some/path?name=Ada arrives here as /some/path?name=Ada.
  def call(context)
    name = context.request.query_params["name"]?
    if context.request.method == "POST" && (body = context.request.body)
      name = JSON.parse(body)["name"]?.try(&.as_s)
    end

    context.response.content_type = "application/json"
    {message: "#{ENV["GREETING"]}, #{name || "world"}!"}.to_json(context.response)
  end
end
