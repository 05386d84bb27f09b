#include "mediad/engine/deadline_queue.h"

namespace halcyon::mediad {

Deadline::~Deadline() { set(Timestamp::never()); }

void Deadline::set(Timestamp at) {
  if (at == at_) return;
  if (at_.is_never()) {
    at_ = at;
    queue_.insert(*this);
  } else if (at.is_never()) {
    queue_.remove(*this);
    at_ = at;
  } else {
    at_ = at;
    queue_.moved(position_);
  }
}

Deadline* DeadlineQueue::pop_due(Timestamp now) {
  if (heap_.empty() || heap_.front()->at_ > now) return nullptr;
  Deadline* due = heap_.front();
  due->set(Timestamp::never());
  return due;
}

void DeadlineQueue::insert(Deadline& d) {
  heap_.push_back(&d);
  d.position_ = heap_.size() - 1;
  moved(d.position_);
}

void DeadlineQueue::remove(Deadline& d) {
  Deadline* last = heap_.back();
  heap_.pop_back();
  if (last == &d) return;
  place(last, d.position_);
  moved(last->position_);
}

void DeadlineQueue::moved(std::size_t position) {
  Deadline* d = heap_[position];
  while (position > 0) {
    const std::size_t parent = (position - 1) / 2;
    if (heap_[parent]->at_ <= d->at_) break;
    place(heap_[parent], position);
    position = parent;
  }
  while (true) {
    std::size_t child = 2 * position + 1;
    if (child >= heap_.size()) break;
    if (child + 1 < heap_.size() && heap_[child + 1]->at_ < heap_[child]->at_) ++child;
    if (d->at_ <= heap_[child]->at_) break;
    place(heap_[child], position);
    position = child;
  }
  place(d, position);
}

void DeadlineQueue::place(Deadline* d, std::size_t position) {
  heap_[position] = d;
  d->position_ = position;
}

}  // namespace halcyon::mediad
