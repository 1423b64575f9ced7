// SPDX-License-Identifier: MIT
// bench_coroutine.cpp - two coroutines of C++20 that resume each other by symmetric transfer.
//
// Compiled without exceptions and with its own operator new, it needs no library of C++: a process
// with one has more to do at a switch, and the other contenders should not.
#include "bench_coroutine.h"

#include <coroutine>
#include <cstdlib>

namespace
{

struct coroutine {
	struct promise_type {
		static void *operator new(std::size_t bytes)
		{
			void *memory = std::malloc(bytes);

			if (!memory)
				std::abort();
			return memory;
		}
		static void operator delete(void *memory)
		{
			std::free(memory);
		}
		coroutine get_return_object()
		{
			return {std::coroutine_handle<promise_type>::from_promise(*this)};
		}
		std::suspend_always initial_suspend() noexcept
		{
			return {};
		}
		std::suspend_always final_suspend() noexcept
		{
			return {};
		}
		void return_void()
		{
		}
		void unhandled_exception()
		{
			std::abort();
		}
	};

	std::coroutine_handle<promise_type> handle;
};

// Suspends the one that waits for it, and resumes the other one.
struct switch_to {
	std::coroutine_handle<> other;

	bool await_ready() noexcept
	{
		return false;
	}
	std::coroutine_handle<> await_suspend(std::coroutine_handle<>) noexcept
	{
		return other;
	}
	void await_resume() noexcept
	{
	}
};

coroutine yielder(const std::coroutine_handle<> &other, std::size_t left)
{
	while (left--)
		co_await switch_to{other};
}

} // namespace

void run_coroutines(void *, size_t count)
{
	std::coroutine_handle<> ping_handle, pong_handle;
	coroutine ping = yielder(pong_handle, count / 2);
	coroutine pong = yielder(ping_handle, count / 2);

	ping_handle = ping.handle;
	pong_handle = pong.handle;
	ping.handle.resume();
	ping.handle.destroy();
	pong.handle.destroy();
}
