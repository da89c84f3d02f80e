namespace Framewire.Samples.MinimalTool
{
    /// <summary>Answers "hello". It knows nothing of the engine, so it runs wherever the runtime does.</summary>
    internal static class HelloTool
    {
        [FramewireHandler("hello")]
        private static string Hello(JsonView parameters)
        {
            string to;
            if (!parameters.TryGetString("/to", out to))
            {
                to = "world";
            }
            return "{\"greeting\":" + JsonStrings.Quote("Hello, " + to + "!") + "}";
        }
    }
}
