# What every Ruby program in a funko's image begins with.

# What is printed is in the log at once.
$stdout.sync = true

# Secrets that are named like environment variables are such variables, too, where nothing else sets them.
Dir.glob("/run/secrets/*") do |file|
  name = File.basename(file)
  ENV[name] ||= File.read(file).chomp if name.match?(/\A[A-Z_][A-Z0-9_]*\z/)
rescue ArgumentError, SystemCallError
  # Not a text, or not readable: whoever needs it reads the file.
end
